import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Bodies of the meter")
struct MeterBodyTests {
    @Test(
        "dollars are read exactly, however a program writes them, and rounded up below a nanodollar",
        arguments: [
            ("0", 0), ("0.05", 50_000_000), ("5e-2", 50_000_000), ("1e-05", 10_000), ("12.5E+1", 125_000_000_000),
            ("0.30000000000000004", 300_000_001), ("0.000000001", 1), ("0.0000000001", 1), ("1e-30", 1),
            ("0.3000000000", 300_000_000), ("0e5", 0), ("9223372036.854775807", Int64.max),
        ] as [(String, Int64)])
    func dollars(text: String, nanodollars: Int64) {
        #expect(Money(roundingUp: text)?.nanodollars == nanodollars)
    }

    @Test(
        "what is no amount is none",
        arguments: [
            "", "-1", "+1", ".5", "5.", "1.2.3", "1e", "1e5e5", "1e99", "0x10", " 1", "1 ", "NaN", "$1", "1_000",
            "9223372036.8547758071", "99999999999",
        ])
    func noDollars(text: String) { #expect(Money(roundingUp: text) == nil) }

    private func refusal(_ body: (UnsafeRawBufferPointer) throws(Refusal) -> Void, _ text: String) -> Refusal? {
        var bytes = text
        return bytes.withUTF8 { bytes in
            do throws(Refusal) {
                try body(UnsafeRawBufferPointer(bytes))
                return nil
            } catch { return error }
        }
    }

    private func settlement(_ text: String) throws -> MeteredSettlement {
        try withBytes(text) { (bytes) throws(Refusal) in try SettlementBody.read(bytes) }
    }

    @Test(
        "an amount is a number or text, which may have its $",
        arguments: ["0.05", "5e-2", #""0.05""#, #""$0.05""#, #""$5e-2""#])
    func amounts(written: String) throws {
        let body = try withBytes(#"{"model":"m","amount_usd":\#(written)}"#) { (bytes) throws(Refusal) in
            try HoldBody(bytes)
        }
        #expect(body.size == .amount(Money(nanodollars: 50_000_000)))
        for wrong in [#""$""#, #""$$1""#, #""-$1""#, #""$ 1""#] {
            let text = #"{"model":"m","amount_usd":\#(wrong)}"#
            #expect(refusal({ (bytes) throws(Refusal) in _ = try HoldBody(bytes) }, text)?.parameter == "amount_usd")
        }
    }

    @Test("the user of a hold is who it names, and nobody where the name is empty")
    func user() throws {
        func user(_ name: String) throws -> String? {
            let text = #"{"model":"m","amount_usd":1,"user":"\#(name)"}"#
            return try withBytes(text) { (bytes) throws(Refusal) in try HoldBody(bytes) }.user
        }
        #expect(try user("ann") == "ann")
        #expect(try user("") == nil)
    }

    @Test("a hold may say how many searches it is for, and in which tier of service; not beside an amount")
    func searchesAndService() throws {
        let body = try withBytes(#"{"model":"m","input_tokens":9,"max_tokens":5,"searches":3,"service_tier":"fast"}"#) {
            (bytes) throws(Refusal) in try HoldBody(bytes)
        }
        #expect(body.searches == 3)
        #expect(body.service == .tier(.priority))
        for field in [#""searches":1"#, #""service_tier":"flex""#] {
            let both = #"{"model":"m","amount_usd":1,\#(field)}"#
            #expect(refusal({ (bytes) throws(Refusal) in _ = try HoldBody(bytes) }, both)?.parameter == "amount_usd")
        }
        let many = #"{"model":"m","input_tokens":9,"searches":1001}"#
        #expect(refusal({ (bytes) throws(Refusal) in _ = try HoldBody(bytes) }, many)?.parameter == "searches")
    }

    @Test("a field that stands twice, or a body that is no object, is refused")
    func twice() {
        let twice = #"{"model":"m","amount_usd":1,"amount_usd":2}"#
        #expect(refusal({ (bytes) throws(Refusal) in _ = try HoldBody(bytes) }, twice)?.parameter == "amount_usd")
        let settled = #"{"cost_usd":1,"cost_usd":2}"#
        #expect(
            refusal({ (bytes) throws(Refusal) in _ = try SettlementBody.read(bytes) }, settled)?.parameter == "cost_usd"
        )
        for text in ["", "[]", "{", "nothing", "{\"model\":}"] {
            #expect(refusal({ (bytes) throws(Refusal) in _ = try HoldBody(bytes) }, text)?.code == .invalidRequest)
        }
    }

    @Test("a usage is read in the dialect that is named, with its tier and what the provider charged")
    func usage() throws {
        let openRouter = try settlement(
            #"{"usage":{"prompt_tokens":10,"completion_tokens":5,"cost":0.5},"service_tier":"flex","status":"failed"}"#)
        #expect(openRouter.usage == Usage(input: 10, output: 5))
        #expect(openRouter.reportedCost == Money(nanodollars: 500_000_000) && openRouter.cost == nil)
        #expect(openRouter.service == .flex && openRouter.outcome == .failed)
        let ollama = try settlement(
            #"{"dialect":"ollama","usage":{"prompt_eval_count":3,"eval_count":4},"cost_usd":0}"#)
        #expect(ollama.usage == Usage(input: 3, output: 4) && ollama.cost == .zero)
        // An embedding has no output to leave out.
        #expect(try settlement(#"{"usage":{"prompt_tokens":10}}"#).usage == Usage(input: 10))
    }

    @Test(
        "an output that is no count is refused, and not free",
        arguments: [
            ("openai", #"{"prompt_tokens":10,"completion_tokens":null}"#),
            ("openai", #"{"prompt_tokens":10,"completion_tokens":"113"}"#),
            ("openai", #"{"prompt_tokens":10,"completion_tokens":112.5}"#),
            ("anthropic", #"{"input_tokens":10,"output_tokens":-1}"#),
            ("gemini", #"{"promptTokenCount":10,"candidatesTokenCount":1e15}"#),
        ])
    func unreadableOutput(dialect: String, usage: String) throws {
        let body = #"{"dialect":"\#(dialect)","usage":\#(usage)}"#
        let found = refusal({ (bytes) throws(Refusal) in _ = try SettlementBody.read(bytes) }, body)
        let told = try #require(found)
        #expect(told.code == .invalidRequest && told.parameter == "usage" && told.message.contains("output"))
    }
}
