import TuppenceCore

/// What matters to the books in a whole answer, or in one event of a stream, that is passed on by its own bytes. Places are
/// those in the JSON text that it was read from.
package struct AnswerPiece: Hashable, Sendable {
    /// The provider's error, in place of an answer or of the rest of one.
    package internal(set) var error: StreamFault?
    /// What has been counted so far.
    package internal(set) var usage: Usage?
    /// Whether the output is not in that.
    package internal(set) var lacksOutput = false
    /// Whether something stands in its place that is no count.
    package internal(set) var isNonsense = false
    /// How many searches the answer has told of so far; nil where it tells of none anew.
    package internal(set) var searches: Int?
    package internal(set) var service: ServiceTier?
    package internal(set) var reportedCost: Money?
    /// Where our figures go.
    package internal(set) var place: UsagePlace?
    package internal(set) var content = CountedContent()
    /// Whether it says why the answer, or one of several, ends.
    package internal(set) var isFinish = false
    /// Whether it is to go out only once the answer is settled.
    package internal(set) var isEnd = false
    /// Whether it says that nothing follows.
    package internal(set) var isLast = false
    /// `[DONE]`, which some hosts send.
    package internal(set) var isDone = false
    /// Its number, in dialects that number events.
    package internal(set) var number: Int?
    /// Where the answer stands that it tells of, and in it the id of the one that it goes on from. Empty where it has no such
    /// member, which can be put in there, in front of others.
    package internal(set) var object: Range<Int>?
    package internal(set) var previousID: Range<Int>?

    package init() {}

    /// The same where nothing is to be written into the text.
    var withoutPlaces: AnswerPiece {
        var copy = self
        (copy.place, copy.object, copy.previousID) = (nil, nil, nil)
        return copy
    }

    mutating func take(_ usage: OpenAIUsage) {
        guard usage.isReadable else { return }
        (self.usage, reportedCost, place) = (usage.usage, usage.reportedCost, usage.place)
        lacksOutput = usage.lacksOutput
        isNonsense = usage.output == .unreadable || usage.isNonsense
    }
}

/// Reads a stream, event by event, that is passed on by its own bytes.
package protocol StreamScan: Sendable {
    /// - Parameter data: what the `data:` lines of an event hold.
    /// - Throws: if that is no JSON of the dialect.
    mutating func read(data: UnsafeRawBufferPointer) throws(JSONError) -> AnswerPiece
    /// Whether the answer would be whole if the stream ended here.
    var isComplete: Bool { get }
}

extension StreamScan {
    /// Reads one server-sent event.
    ///
    /// - Returns: the piece, and where its data stand in the event; no piece for one without data, and nil for the place
    ///   where the data stand on several lines.
    package mutating func read(
        event: UnsafeRawBufferPointer
    ) throws(JSONError) -> (piece: AnswerPiece?, data: Range<Int>?) {
        switch SSE.data(of: event) {
        case .none: return (nil, nil)
        case .line(let range): return (try read(data: UnsafeRawBufferPointer(rebasing: event[range])), range)
        case .lines(let data):
            var copy = self
            let read: Result<AnswerPiece, JSONError> = data.withUnsafeBytes { bytes in
                do throws(JSONError) { return .success(try copy.read(data: bytes)) } catch { return .failure(error) }
            }
            let piece = try read.get().withoutPlaces
            self = copy
            return (piece, nil)
        }
    }
}
