import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceReconciliation

@Suite("Exports that are none")
struct ExportFuzzTests {
    private static let samples = [
        openAIPage(openAIBucket(0, openAIUsage(), openAIUsage("é", input: 5)), openAIBucket(1)),
        openAIPage(openAIBucket(0, openAICost("1.5e-3"), openAICost("\"0.1\"", nil))),
        "{\"data\":[{\"starting_at\":\"2026-11-01T00:00:00Z\",\"ending_at\":\"2026-11-02T00:00:00Z\",\"results\":[{\"uncached_input_tokens\":1,\"cache_creation\":{\"ephemeral_5m_input_tokens\":2},\"output_tokens\":3,\"model\":\"claude-x\"}]}],\"has_more\":true}",
        "{\"data\":{\"id\":\"gen\",\"created_at\":\"2026-11-01T00:00:00.5+01:00\",\"total_cost\":0.1,\"native_tokens_prompt\":1}}",
        "generation_id,created_at,cost_total,tokens_prompt,model_permaslug\ng,2026-11-01 00:00:00.1,0.1,5,\"a\"\"b\"\n",
        "usage_date_utc,model,cost_usd\r\n2026-11-01,Claude X,0.05\r\n",
        "start_time,end_time,amount_value,line_item\n1793491200,1793577600,-0.1,\"a, b\"\n",
    ].map { Array($0.utf8) }

    /// Bytes that mean something to one format or the other.
    private static let telling = Array("{}[]\",:\\\n\r0123456789-.eE uZT\u{0}".utf8) + [0xEF, 0xBB, 0xFF, 0xC3]

    @Test("no bytes trap, and whatever is read can be compared", arguments: UInt64(1)...40)
    func mutated(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var read = 0
        for sample in Self.samples {
            for _ in 0..<60 {
                var bytes = sample
                for _ in 0..<Int.random(in: 0...4, using: &random) {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: bytes[place] = Self.telling.randomElement(using: &random) ?? 0
                    case 1: bytes.insert(Self.telling.randomElement(using: &random) ?? 0, at: place)
                    case 2: bytes.remove(at: place)
                    default: bytes.removeSubrange(place...)
                    }
                    if bytes.isEmpty { break }
                }
                if try compares(bytes) { read += 1 }
            }
        }
        #expect(read > 0, "nothing was read at all, so nothing was tried")
    }

    @Test("random bytes are refused with a sentence", arguments: UInt64(1)...20)
    func random(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for length in [0, 1, 2, 3, 10, 100, 1_000] {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(try !compares(bytes))
        }
    }

    @Test("deep nesting ends in a sentence, not in an overflow of the stack")
    func nesting() throws {
        for open in ["[", "{\"data\":", "{\"data\":[", "[{\"data\":["] {
            #expect(try !compares(Array(String(repeating: open, count: 100_000).utf8)))
        }
    }

    @Test("counts as large as can be written are added up without overflow")
    func huge() throws {
        let result = openAIUsage(input: 1_000_000_000_000, output: 1_000_000_000_000, requests: 1_000_000_000_000)
        #expect(try compares(Array(openAIPage(openAIBucket(0, result, result, result)).utf8)))
        #expect(trouble(openAIPage(openAIBucket(0, openAIUsage(input: 1_000_000_000_001)))) != nil)
    }

    /// Whether it could be read.
    private func compares(_ bytes: [UInt8]) throws -> Bool {
        do {
            let export = try bytes.withUnsafeBytes { try UsageExport(reading: $0) }
            let result = try reconcile(export, [entry(), expiry()])
            #expect(result.lines.count <= export.slots.count + 2)
            return true
        } catch let trouble as ExportError {
            #expect(!trouble.description.isEmpty)
            return false
        }
    }
}
