/// What one attempt takes of its target's limits.
struct RoomNeed: Hashable, Sendable {
    /// Its input as guessed and the most that it may write, which counts against the operator's limits until it is known
    /// what it has used.
    var tokens: Int
    /// What such a request usually uses, which counts against what its provider says.
    var usualInput: Int
    var usualOutput: Int
    var priority: Priority
    /// Whether what providers say and do counts, and not the operator's limits alone.
    var heedsProvider: Bool

    /// Callers choose how many answers they want and how long: beyond this the count does not matter, and sums of such
    /// counts stay within 64 bits.
    static let mostTokens = 1_000_000_000_000

    init(
        tokens: Int, usualInput: Int, usualOutput: Int, priority: Priority = .interactive, heedsProvider: Bool = true
    ) {
        self.tokens = min(tokens, Self.mostTokens)
        self.usualInput = min(usualInput, Self.mostTokens)
        self.usualOutput = min(usualOutput, Self.mostTokens)
        self.priority = priority
        self.heedsProvider = heedsProvider
    }

    func usual(_ unit: Headroom.Unit) -> Int {
        switch unit {
        case .requests: 1
        case .tokens: usualInput + usualOutput
        case .inputTokens: usualInput
        case .outputTokens: usualOutput
        }
    }
}
