import Foundation
import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceDialects

/// Bytes that no honest client or provider sends, on every reader: whatever they are, there is an answer or an error, soon.
@Suite("Hostile bytes")
struct HostileBytesTests {
    /// How many inputs; `TUPPENCE_FUZZ` sets another number, 10,000,000 before a release.
    private static let count = ProcessInfo.processInfo.environment["TUPPENCE_FUZZ"].flatMap { Int($0) } ?? 2_000
    /// Where the inputs begin: `TUPPENCE_FUZZ_SEED`, to go on where another run ended.
    private static let first =
        ProcessInfo.processInfo.environment["TUPPENCE_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1

    @Test("neither trap nor hang the readers", arguments: [Dialect.openAI, .anthropic])
    func mutations(dialect: Dialect) throws {
        var slowest = Duration.zero
        for seed in Self.first..<(Self.first + UInt64(Self.count)) {
            var mutator = Mutator(seed: seed, dialect: dialect)
            let input = mutator.next()
            let taken = ContinuousClock().measure { feed(input, to: spoke(dialect), &mutator.chat.random) }
            slowest = max(slowest, taken)
            // A hundred thousand times what such an input takes: only a hang is that slow.
            try #require(taken < .seconds(10), "seed \(seed)")
        }
        print("\(dialect.rawValue): \(Self.count) hostile inputs from seed \(Self.first), the slowest took \(slowest)")
    }

    private func feed(
        _ input: [UInt8], to spoke: (inbound: any InboundDialect.Type, outbound: any OutboundDialect.Type),
        _ random: inout SeededGenerator
    ) {
        // What can be read can be written, in every dialect.
        if let request = try? spoke.inbound.readRequest(input, address: RequestAddress()) {
            for dialect in [Dialect.openAI, .anthropic] {
                let body = self.spoke(dialect).outbound.write(request, to: OutboundTarget(model: "m")).body
                #expect(accepts(body), "\(string(body)) of \(string(input))")
            }
        }
        if let answer = try? spoke.outbound.readAnswer(input) {
            for dialect in [Dialect.openAI, .anthropic] {
                let body = self.spoke(dialect).inbound.write(answer, in: .test)
                #expect(accepts(body), "\(string(body)) of \(string(input))")
            }
        }
        _ = spoke.outbound.readError(status: 400, body: input)
        let pieces = (0..<8).map { _ in Int.random(in: 1...64, using: &random) }
        let told = events(of: spoke.outbound, input, pieces: pieces)
        for dialect in [Dialect.openAI, .anthropic] {
            let body = stream(told, to: self.spoke(dialect).inbound)
            #expect(isStreamOfJSON(body), "\(string(body)) of \(string(input))")
        }
    }

    private func spoke(_ dialect: Dialect) -> (inbound: any InboundDialect.Type, outbound: any OutboundDialect.Type) {
        TuppenceDialectsTests.spoke(dialect)
    }

    private func isStreamOfJSON(_ body: [UInt8]) -> Bool {
        var framer = StreamFramer(.events)
        body.withUnsafeBytes { framer.append($0) }
        while let message = try? framer.next() {
            if message.data.starts(with: Array("[DONE]".utf8)) { continue }
            if !accepts(message.data) { return false }
        }
        return framer.rest() == nil
    }

    @Test(
        "in the worst forms end in an error, or in no time",
        arguments: [
            String(repeating: "[", count: 1_000_000), String(repeating: "{\"a\":", count: 200_000),
            "[" + String(repeating: "1,", count: 2_000_000) + "1]",
            "{\"messages\":[" + String(repeating: "{},", count: 100_000) + "{}]}",
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + String(repeating: "\\u0041", count: 300_000) + "\"}]}",
            "data: " + String(repeating: "x", count: 3_000_000), String(repeating: "\n", count: 1_000_000),
            String(repeating: "data:\n", count: 300_000), String(repeating: ": \n\n", count: 300_000),
        ])
    func worst(text: String) {
        let input = Array(text.utf8)
        var random = SeededGenerator(seed: 1)
        for dialect in [Dialect.openAI, .anthropic] {
            let taken = ContinuousClock().measure { feed(input, to: spoke(dialect), &random) }
            #expect(taken < .seconds(20))
        }
    }
}

/// Makes inputs out of well-formed ones: bytes changed, cut out, doubled, put in; two inputs spliced.
private struct Mutator {
    var chat: RandomChat

    init(seed: UInt64, dialect: Dialect) { chat = RandomChat(seed: seed, dialect: dialect) }

    private static let words =
        [
            "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "\\ud800", "null", "true", "-", "1e999",
            "99999999999999999999",
            "\"type\":", "\"role\":\"tool\"", "\"index\":-1", "\"index\":9223372036854775807", "\n\n", "data: ", "\r",
            "\0",
            "\"content\":[]", "\"tool_calls\":[{}]", "\"delta\":{\"content\":[{}]}", "\u{FEFF}", "[DONE]",
            "event: error\n",
        ].map { Array($0.utf8) } + [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80]]

    mutating func next() -> [UInt8] {
        var input = base()
        for _ in 0..<Int.random(in: 0...6, using: &chat.random) { mutate(&input) }
        return input
    }

    private mutating func base() -> [UInt8] {
        let spoke = spoke(chat.dialect)
        switch Int.random(in: 0..<4, using: &chat.random) {
        case 0: return spoke.inbound.write(chat.answer(), in: .test)
        case 1: return stream(chat.events(), to: spoke.inbound)
        case 2: return spoke.inbound.write(ProviderError(.rateLimit, chat.text().decoded, status: 429, code: "x"))
        default:
            let request = chat.request()
            return spoke.outbound.write(request, to: OutboundTarget(model: "m")).body
        }
    }

    private mutating func mutate(_ input: inout [UInt8]) {
        let place = Int.random(in: 0...input.count, using: &chat.random)
        let length = min(Int.random(in: 0...24, using: &chat.random), input.count - place)
        switch Int.random(in: 0..<5, using: &chat.random) {
        case 0: input.removeSubrange(place..<(place + length))
        case 1: input.insert(contentsOf: Self.words.randomElement(using: &chat.random) ?? [], at: place)
        case 2: input.insert(contentsOf: input[place..<(place + length)], at: place)
        case 3: if place < input.count { input[place] = UInt8.random(in: 0...255, using: &chat.random) }
        default:
            let other = base()
            let cut = Int.random(in: 0...other.count, using: &chat.random)
            input = Array(input[..<place] + other[cut...])
        }
    }
}
