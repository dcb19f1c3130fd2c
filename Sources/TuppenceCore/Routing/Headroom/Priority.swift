/// Whose requests go first where there is not room for all.
public enum Priority: String, Hashable, Sendable, CaseIterable {
    /// Somebody waits for the answer.
    case interactive
    /// It can wait: the last fifth of every limit is left to the others, and they are let in first.
    case batch

    /// What of a limit it may use up: all of it, or all but a fifth, and one at the least.
    func share(of limit: Int) -> Int {
        switch self {
        case .interactive: limit
        case .batch: max(1, limit - max(1, limit / 5))
        }
    }
}
