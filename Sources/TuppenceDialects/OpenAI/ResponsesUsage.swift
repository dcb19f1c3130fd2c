import TuppenceCore

/// Reads answers and streams of OpenAI's Responses, whose usage object is that of the chats under other names.
///
/// `input_tokens` includes cached ones and those written to a cache, `output_tokens` includes reasoning
/// (https://platform.openai.com/docs/api-reference/responses/object, read 2026-11-25). In a stream the whole answer is in
/// the `response` of the last event; earlier events have one whose usage is null. Searches stand in the output, unless the
/// usage counts them, as xAI's does.
package struct ResponsesUsageReader: UsageReader {
    private var answer = OpenAIUsageReader()
    /// Those that stand in the output.
    private var searches: Int

    package init() { self.init(searches: 0) }

    /// - Parameter searches: those of the output, where the usage is read by itself.
    init(searches: Int) { self.searches = searches }

    package mutating func read(_ document: UnsafeRawBufferPointer) throws(JSONError) {
        var response: Range<Int>?
        try JSONCursor.document(document) { (cursor, key) throws(JSONError) in
            if key.equals("response"), try cursor.kind() == .object {
                response = try cursor.skipValue()
            } else {
                try cursor.skipValue()
            }
        }
        let object = response.map { UnsafeRawBufferPointer(rebasing: document[$0]) } ?? document
        try answer.read(object)
        try JSONCursor.document(object) { (cursor, key) throws(JSONError) in
            if key.equals("output"), try cursor.kind() == .array {
                searches = try ResponsesSearches.count(&cursor)
            } else {
                try cursor.skipValue()
            }
        }
    }

    package var report: UsageReport {
        var report = answer.report
        if !answer.countsSearches { report.usage.search = searches }
        return report
    }
}
