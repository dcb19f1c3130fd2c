import Testing
import TuppenceCore

@testable import TuppenceFuzzing

@Suite("Fuzzing")
struct FuzzingTests {
    /// As `swift run fuzz --seed 1` does, with time for a debug build on a busy machine.
    @Test("no reader traps, hangs, or makes what it may not of bytes that are nearly right", arguments: [UInt64(1), 2])
    func share(seed: UInt64) {
        var fuzzing = FuzzRun(seed: seed, patience: .seconds(20))
        fuzzing.read(0..<10_000)
        for finding in fuzzing.findings.prefix(5) {
            Issue.record("\(finding.decoder), seed \(seed), input \(finding.number): \(finding.words)")
        }
    }

    @Test("every reader reads its seeds")
    func seeds() throws {
        for decoder in FuzzDecoder.all {
            var random = RandomSource(seed: 1)
            let outcomes = try decoder.seeds.map { try decoder.decode(decoder.framed?($0) ?? $0, &random) }
            #expect(outcomes.contains { if case .read = $0 { true } else { false } }, "\(decoder.name)")
        }
    }

    @Test(
        "the worst forms end in an error, or in no time",
        arguments: [
            String(repeating: "[", count: 200_000), String(repeating: "{\"a\":", count: 50_000),
            "[" + String(repeating: "1,", count: 200_000) + "1]",
            "{\"model\":\"m\",\"messages\":[" + String(repeating: "{},", count: 20_000) + "{}]}",
            "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\""
                + String(repeating: "\\u0041", count: 50_000) + "\"}]}",
            "data: " + String(repeating: "x", count: 300_000), String(repeating: "\n", count: 200_000),
            String(repeating: "data:\n", count: 50_000), String(repeating: ": \n\n", count: 50_000),
            String(repeating: "a: &a [*a]\n", count: 2_000), String(repeating: "X: y\r\n", count: 40_000),
        ])
    func worst(text: String) throws {
        for decoder in FuzzDecoder.all {
            var random = RandomSource(seed: 1)
            let taken = try ContinuousClock().measure { _ = try decoder.decode(text.bytes, &random) }
            // What is quadratic takes minutes.
            #expect(taken < .seconds(20), "\(decoder.name) took \(taken)")
        }
    }

    @Test("what is wrong is found, with the number that makes it again")
    func findings() throws {
        let flawed = FuzzDecoder("flawed", seeds: ["abc".bytes], words: ["!".bytes]) { input, _ in
            if input.contains(UInt8(ascii: "!")) { throw FuzzFault("a shout") }
            return .read
        }
        var fuzzing = FuzzRun([flawed], seed: 3, patience: .seconds(10))
        fuzzing.read(0..<200)
        let found = try #require(fuzzing.findings.first)
        var again = FuzzRun([flawed], seed: 3, patience: .seconds(10))
        again.read(found.number..<(found.number + 1))
        #expect(again.findings.map(\.words) == [found.words])
    }

    @Test("what takes too long is found")
    func patience() {
        let slow = FuzzDecoder("slow", seeds: [[]], words: [[]]) { _, _ in .read }
        var fuzzing = FuzzRun([slow], seed: 1, patience: .zero)
        fuzzing.read(0..<3)
        #expect(fuzzing.findings.count == 3)
    }
}
