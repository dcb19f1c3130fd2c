extension StreamEvent {
    /// Bytes of what it tells that the model has made; 0 where it tells of nothing new.
    package var contentBytes: Int {
        switch self {
        case .blockStart(_, .toolCall(_, let name, _)): name.escaped.count
        // As long as it likes.
        case .blockStart(_, .media): 1
        case .delta(_, .text(let text)), .delta(_, .arguments(let text)): text.escaped.count
        case .start, .blockStart, .delta, .blockEnd, .logprobs, .finish, .usage, .error, .ping, .end: 0
        }
    }
}
