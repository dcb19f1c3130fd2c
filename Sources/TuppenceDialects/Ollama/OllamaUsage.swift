import TuppenceCore

/// Reads answers and streams of Ollama's own addresses, where the counts stand in the answer itself.
///
/// `prompt_eval_count` is the input, `eval_count` the output, thinking included
/// (https://docs.ollama.com/api/usage, read 2026-11-25). In a stream they are in the last object.
package struct OllamaUsageReader: UsageReader {
    private var usage = Usage()
    private var model: String?
    private var isReadable = false
    private var output = OutputCount.missing

    package init() {}

    package mutating func read(_ document: UnsafeRawBufferPointer) throws(JSONError) {
        try JSONCursor.document(document) { (cursor, key) throws(JSONError) in
            if key.equals("prompt_eval_count") {
                if let count = try cursor.tokenCount() { (usage.input, isReadable) = (count, true) }
            } else if key.equals("eval_count") {
                let count = try cursor.tokenCount()
                output.take(count)
                if let count { (usage.output, isReadable) = (count, true) }
            } else if key.equals("model") {
                model = try cursor.text() ?? model
            } else {
                try cursor.skipValue()
            }
        }
    }

    package var report: UsageReport {
        UsageReport(usage: usage, model: model, isReadable: isReadable, output: output)
    }
}
