import Testing

@testable import TuppenceDialects

@Suite("Counts of a Gemini stream that content has come behind")
struct GeminiOldCountTests {
    private static let counts = #","usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":3}"#

    private static func chunk(_ text: String, _ more: String) -> String {
        #"{"candidates":[{"index":0,"content":{"parts":[{"text":"\#(text)"}]}\#(text.isEmpty ? #","finishReason":"STOP""# : "")}]\#(more)}"#
    }

    @Test(
        "leave out the output where they are told again; those that come with the last content do not",
        arguments: [
            ([true, false, false], true), ([true, true, false], false), ([true, false, true], false),
            ([false, true, false], false), ([false, false, true], false),
        ] as [([Bool], Bool)])
    func old(isCounted: [Bool], isOld: Bool) throws {
        var reader = GeminiChat.streamReader()
        var told: [StreamEvent] = []
        // The last has nothing but the reason to end.
        for (text, isCounted) in zip(["a", "b", ""], isCounted) {
            let chunk = Self.chunk(text, isCounted ? Self.counts : "")
            reader.read(StreamMessage(data: Array(chunk.utf8)), into: &told)
        }
        reader.finish(into: &told)
        var last: UsageReport?
        for case .usage(let report) in told { last = report }
        let report = try #require(last)
        #expect(report.lacksOutput == isOld && report.usage.totalInput == 10 && report.usage.totalOutput == 3)
        #expect(told.last == .end)
    }
}
