import TuppenceCore

/// Reads answers and streams of OpenAI's Responses, whose usage object is that of the chats under other names.
///
/// `input_tokens` includes cached ones and those written to a cache, `output_tokens` includes reasoning
/// (https://platform.openai.com/docs/api-reference/responses/object, read 2026-11-25). In a stream the whole answer is in
/// the `response` of the last event; earlier events have one whose usage is null.
package struct ResponsesUsageReader: UsageReader {
    private var answer = OpenAIUsageReader()

    package init() {}

    package mutating func read(_ document: UnsafeRawBufferPointer) throws(JSONError) {
        var response: Range<Int>?
        try JSONCursor.document(document) { (cursor, key) throws(JSONError) in
            if key.equals("response"), try cursor.kind() == .object {
                response = try cursor.skipValue()
            } else {
                try cursor.skipValue()
            }
        }
        try answer.read(response.map { UnsafeRawBufferPointer(rebasing: document[$0]) } ?? document)
    }

    package var report: UsageReport { answer.report }
}
