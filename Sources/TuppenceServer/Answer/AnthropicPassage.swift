import NIOCore
import TuppenceCore
import TuppenceDialects

/// What has to be remembered of an answer that is passed on by its own bytes in Anthropic's dialect.
final class AnthropicPassage {
    private(set) var counted = AnthropicUsage()
    private(set) var told = AnthropicSearches()
    private var hasFinished = false
    /// The event that ends the stream: it goes out once the answer is settled.
    var heldEnd: ByteBuffer?

    /// What has been counted, with searches that the count does not know of yet.
    var used: Usage { counted.used(found: told.found) }

    /// The searches that have been made as far as is known. At the end the usage is the last word.
    var searches: Int { hasFinished ? used.search : told.begun }

    /// Reads one event of a stream; see ``AnthropicEvent``.
    func read(_ event: ByteBuffer) throws(JSONError) -> (event: AnthropicEvent, dataStart: Int) {
        let reading: Result<(AnthropicEvent, Int), JSONError> = event.withUnsafeReadableBytes { bytes in
            do throws(JSONError) { return .success(try AnthropicEvent.read(bytes, counted: &counted)) } catch {
                return .failure(error)
            }
        }
        let read = try reading.get()
        if let word = read.0.search { told.take(word) }
        if read.0.isFinish { hasFinished = true }
        return read
    }

    func read(whole body: ByteBuffer) throws(JSONError) -> AnthropicAnswer {
        let reading: Result<AnthropicAnswer, JSONError> = body.withUnsafeReadableBytes { bytes in
            do throws(JSONError) { return .success(try AnthropicAnswer(bytes)) } catch { return .failure(error) }
        }
        return try reading.get()
    }

    func writeEnd(to output: inout ByteBuffer) {
        if let heldEnd {
            output.writeImmutableBuffer(heldEnd)
        } else {
            output.writeStaticString("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
        }
    }
}
