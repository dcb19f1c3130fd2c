/// Counts the parts of an answer that are kept until it ends, each with room for all that it could be: up to a hundred times
/// the bytes that it has come in. What the model says in them is bounded by what was paid for; parts of nothing are not.
package struct AnswerParts: Sendable {
    /// Blocks, sources, choices, calls and items. Answers have a handful, and some hundred with searches.
    package static let most = 1 << 14
    /// Lists of probabilities, mostly of one token each: more than a model can write at once.
    package static let mostLogprobs = 1 << 18

    private var parts = 0
    private var logprobs = 0

    package init() {}

    @inline(__always)
    package mutating func count(_ event: StreamEvent) {
        switch event {
        case .blockStart, .delta(_, .citation): parts += 1
        case .logprobs: logprobs += 1
        case .delta, .start, .blockEnd, .finish, .usage, .error, .ping, .end: break
        }
    }

    /// - Parameter kept: by the reader, whether or not an event has told of it.
    /// - Returns: nil where it is no more than may be.
    package func excess(kept: Int) -> JSONError? {
        if parts + kept > Self.most { return .tooManyParts }
        return logprobs > Self.mostLogprobs ? .tooManyLogprobs : nil
    }
}

extension ChatAnswer {
    /// The same of an answer that is there as a whole.
    package var excess: JSONError? {
        var parts = choices.count
        for choice in choices {
            parts += choice.content.count
            for case .text(let text) in choice.content { parts += text.citations.count }
        }
        return parts > AnswerParts.most ? .tooManyParts : nil
    }
}

extension JSONError {
    fileprivate static let tooManyParts = JSONError(0, "more than \(AnswerParts.most) parts")
    fileprivate static let tooManyLogprobs = JSONError(
        0, "probabilities of tokens in more than \(AnswerParts.mostLogprobs) events")
}
