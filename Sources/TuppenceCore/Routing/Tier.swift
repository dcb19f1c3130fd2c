/// What kind of provider one is: requests go to those that pass them on to many others first, and those that answer
/// themselves stand behind them.
public enum Tier: String, Hashable, Sendable, CaseIterable {
    case aggregator
    case direct

    /// The priority of a target of this tier that has `priority` within it.
    public func priority(_ priority: Int) -> Int { self == .aggregator ? priority - Self.span : priority }

    /// The tier that a target of ``priority(_:)`` is of, and what that is within it.
    public static func split(_ priority: Int) -> (tier: Tier, priority: Int) {
        priority < 0 ? (.aggregator, priority + span) : (.direct, priority)
    }

    /// More than any priority that can be written.
    private static let span = 1 << 32
}
