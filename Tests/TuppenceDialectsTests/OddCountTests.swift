import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Counts in places or of values that few providers have.
@Suite("Odd counts")
struct OddCountTests {
    private static let counts = #"{"prompt_tokens":1000,"completion_tokens":50,"total_tokens":1050}"#
    private static let zeros = #"{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}"#
    private static let usage = Usage(input: 1_000, output: 50)

    private static func chunk(_ usage: String) -> String {
        #"{"id":"x","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}],"usage":\#(usage)}"#
    }

    private func read(_ dialect: UsageDialect, _ documents: [String]) throws -> Usage {
        var reader = dialect.reader
        for document in documents { try withBytes(document) { try reader.read($0) } }
        return reader.report.usage
    }

    private func told(_ reader: any ChatStreamReader, _ events: [String]) -> Usage? {
        var reader = reader
        var told: [StreamEvent] = []
        for event in events { reader.read(StreamMessage(data: Array(event.utf8)), into: &told) }
        reader.finish(into: &told)
        var usage: Usage?
        for case .usage(let report) in told { usage = report.usage }
        return usage
    }

    @Test("zeros behind a count are none, and zeros alone are a count") func zeros() throws {
        let events = [Self.counts, Self.zeros].map(Self.chunk)
        #expect(try read(.openAI, events) == Self.usage)
        #expect(told(OpenAIChat.streamReader(), events) == Self.usage)
        #expect(told(OpenAIChat.streamReader(), [Self.chunk(Self.zeros)]) == Usage())
        func gemini(_ counts: String) -> String {
            #"{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}],"usageMetadata":\#(counts)}"#
        }
        let chunks = [
            gemini(#"{"promptTokenCount":1000,"candidatesTokenCount":50}"#),
            gemini(#"{"promptTokenCount":0,"candidatesTokenCount":0}"#),
        ]
        #expect(try read(.gemini, chunks) == Self.usage)
        #expect(told(GeminiChat.streamReader(), chunks) == Self.usage)
        var scan = GeminiScan()
        let pieces = try chunks.map { chunk in try withBytes(chunk) { try scan.read(data: $0).usage } }
        #expect(pieces == [Self.usage, nil])
    }

    @Test("an input of zero behind one that was counted stands for that, in Gemini's streams too")
    func geminiOutputOnly() throws {
        func gemini(_ counts: String, _ more: String = "") -> String {
            #"{"candidates":[{"content":{"parts":[{"text":"a"}]}\#(more)}],"usageMetadata":\#(counts)}"#
        }
        let chunks = [
            #"{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}"#,
            gemini(#"{"promptTokenCount":20,"candidatesTokenCount":300}"#),
            gemini(#"{"promptTokenCount":0,"candidatesTokenCount":400}"#, #","finishReason":"STOP""#),
        ]
        let usage = Usage(input: 20, output: 400)
        #expect(try read(.gemini, chunks) == usage)
        var reader = GeminiChat.streamReader()
        var told: [StreamEvent] = []
        for chunk in chunks { reader.read(StreamMessage(data: Array(chunk.utf8)), into: &told) }
        reader.finish(into: &told)
        var reports: [UsageReport] = []
        for case .usage(let report) in told { reports.append(report) }
        #expect(reports.map(\.usage) == [usage] && reports.allSatisfy { !$0.lacksOutput })
        var scan = GeminiScan()
        let pieces = try chunks.map { chunk in try withBytes(chunk) { try scan.read(data: $0).usage } }
        #expect(pieces == [nil, Usage(input: 20, output: 300), usage])
    }

    @Test("a count within a choice, or Groq's, holds beside zeros", arguments: [true, false])
    func besideZeros(isFirst: Bool) throws {
        let zeros = #""usage":\#(Self.zeros)"#
        for count in [
            #""choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop","usage":\#(Self.counts)}]"#,
            #""choices":[{"index":0,"delta":{"content":"a"}}],"x_groq":{"usage":\#(Self.counts)}"#,
        ] {
            let chunk = #"{"id":"x",\#(isFirst ? zeros + "," + count : count + "," + zeros)}"#
            let read = try withBytes(chunk) { try OpenAIChunk($0) }
            #expect(read.usage?.usage == Self.usage && read.usage?.range.isEmpty == true)
            // They are withheld: nobody is to take them for the count.
            #expect(read.nonsense.map { Array(chunk.utf8)[$0] }.map { Array($0) } == Array(Self.zeros.utf8))
            #expect(try self.read(.openAI, [chunk]) == Self.usage)
            #expect(told(OpenAIChat.streamReader(), [chunk]) == Self.usage)
        }
    }

    @Test("a count within a choice holds where there is no other, as Moonshot's streams have it")
    func withinChoice() throws {
        let choice =
            #"{"index":0,"delta":{},"finish_reason":"stop","usage":\#(Self.counts)}"#
        let chunk = #"{"id":"x","choices":[\#(choice)]}"#
        let both = #"{"id":"x","choices":[\#(choice)],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#
        #expect(try withBytes(chunk) { try OpenAIChunk($0) }.usage?.usage == Self.usage)
        #expect(try withBytes(chunk) { try OpenAIChunk($0) }.usage?.range.isEmpty == true)
        #expect(try withBytes(both) { try OpenAIChunk($0) }.usage?.usage == Usage(input: 3, output: 2))
        #expect(try read(.openAI, [chunk]) == Self.usage)
        #expect(try read(.openAI, [both]) == Usage(input: 3, output: 2))
        #expect(told(OpenAIChat.streamReader(), [chunk]) == Self.usage)
        #expect(told(OpenAIChat.streamReader(), [both]) == Usage(input: 3, output: 2))
    }

    @Test(
        "images are counted where they are, and nothing else is one",
        arguments: [
            (#"{"data":[{"url":"u"}]}"#, 1), (#"{"data":[{"b64_json":"AA"},{"b64_json":"AA","url":null}]}"#, 2),
            (#"{"data":[{"url":"u"}],"usage":{"input_tokens":5,"output_tokens":9}}"#, 1), (#"{"data":[]}"#, nil),
            (#"{"data":[{"index":0,"relevance_score":1}],"usage":{"total_tokens":4}}"#, 0),
        ] as [(String, Int?)])
    func images(text: String, count: Int?) throws {
        #expect(try withBytes(text) { try PieceAnswer($0) }.usage?.image == count)
    }
}
