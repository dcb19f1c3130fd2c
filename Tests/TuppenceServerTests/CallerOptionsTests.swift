import NIOCore
import Testing
import TuppenceCore
import TuppenceHTTP

@testable import TuppenceServer

@Suite("What callers ask of the gateway itself")
struct CallerOptionsTests {
    private func options(_ field: String) throws -> CallerOptions {
        var parser = RequestParser()
        var buffer = ByteBuffer(string: "GET / HTTP/1.1\r\nhost: t\r\n\(field)\r\n\r\n")
        guard case .head(let head)? = try parser.next(&buffer) else { preconditionFailure("no head: \(field)") }
        return try CallerOptions(head.fields)
    }

    @Test(
        "a timeout is a span as the configuration has it, or bare seconds, with or without decimals",
        arguments: [
            ("30s", 30_000), ("500ms", 500), ("5m", 300_000), ("1h", 3_600_000), ("30", 30_000), ("1.5", 1_500),
            ("0.3", 300), ("1.5s", 1_500), ("0.5m", 30_000), ("0.0001", 1), ("2.000000001ms", 3),
        ] as [(String, Int64)])
    func timeout(text: String, milliseconds: Int64) throws {
        #expect(try options("x-tuppence-timeout: \(text)").timeout == Milliseconds(milliseconds))
    }

    @Test(
        "what is none is refused",
        arguments: [
            "+30s", "+30", "-1s", "0", "0.0", "1.", ".5", "1.5.5s", "1.0000000001s", "-0.5", "s", "soon", "30 s",
            "400d", "600000m",
        ])
    func noTimeout(text: String) {
        let refusal = #expect(throws: Refusal.self) { try options("x-tuppence-timeout: \(text)") }
        #expect(refusal?.parameter == "x-tuppence-timeout")
        #expect(
            refusal?.message == "'x-tuppence-timeout' must be a time such as 30s, 500ms or 5m, not '\(text)'.")
    }

    @Test(
        "a cap is an amount as people or programs write it, and what is below a nanodollar is left off",
        arguments: [
            ("0.05", 50_000_000), ("$0.05", 50_000_000), (".5", 500_000_000), ("0", 0), ("1_000", 1_000_000_000_000),
            ("5e-05", 50_000), ("1E+2", 100_000_000_000), ("0.30000000000000004", 300_000_000),
            ("0.0000000019", 1), ("1e-10", 0), ("9223372036.854775807", .max),
        ] as [(String, Int64)])
    func cap(text: String, nanodollars: Int64) throws {
        #expect(try options("x-tuppence-max-cost: \(text)").maxCost == Money(nanodollars: nanodollars))
    }

    @Test(
        "what is no amount is no cap",
        arguments: [
            "", "-1", "-0.05", "+1", "1e", "0,05", "0.05 USD", "$", "NaN", "inf", "1e99", "9223372036.854775808",
        ])
    func noCap(text: String) {
        let refusal = #expect(throws: Refusal.self) { try options("x-tuppence-max-cost: \(text)") }
        #expect(refusal?.parameter == "x-tuppence-max-cost")
    }

    @Test(
        "what decides whose money it is, and how much, may be there twice if it is the same",
        arguments: [
            ("x-tuppence-customer", "acme", "beta"), ("x-tuppence-max-cost", "1", "2"),
            ("x-tuppence-on-budget", "reject", "clamp"),
        ])
    func contradictions(field: String, first: String, second: String) throws {
        let refusal = #expect(throws: Refusal.self) { try options("\(field): \(first)\r\n\(field): \(second)") }
        #expect(refusal?.parameter == field)
        let same = try options("\(field): \(first)\r\n\(field): \(first)")
        #expect(same.customer != nil || same.maxCost != nil || same.onBudget != nil)
    }
}
