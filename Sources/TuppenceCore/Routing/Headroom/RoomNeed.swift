/// What one attempt takes of its target's limits.
struct RoomNeed: Hashable, Sendable {
    /// The most that it may use, which counts against the operator's limits until it is known what it has used.
    var tokens: Int
    /// What such a request usually uses, which counts against what its provider says.
    var usualInput: Int
    var usualOutput: Int
    var priority = Priority.interactive
    /// Whether what providers say and do counts, and not the operator's limits alone.
    var heedsProvider = true

    func usual(_ unit: Headroom.Unit) -> Int {
        switch unit {
        case .requests: 1
        case .tokens: usualInput + usualOutput
        case .inputTokens: usualInput
        case .outputTokens: usualOutput
        }
    }
}
