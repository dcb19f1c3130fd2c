/// When a caller that repeats itself is made to wait, and when it is stopped.
public struct LoopLimits: Hashable, Sendable {
    /// More than this many requests that are nearly the same, within ``within``: each further one waits.
    public var slowAfter = 100
    /// More than this many before it has calmed down: they are refused.
    public var stopAfter = 300
    public var within = Milliseconds.seconds(60)
    /// How long each one waits before it is held for.
    public var delay = Milliseconds.seconds(1)
    public var stopFor = Milliseconds.seconds(600)
    /// Repetition is nobody's business before it may have cost this much within ``within``: a test that asks a small model
    /// the same a thousand times is no loop that anybody would want stopped.
    public var worth = Money(nanodollars: 10_000_000_000)

    public init() {}

    /// The same limits for requests that cost about `cost` each, none of which count for less than ``worth``.
    public func forRequests(costing cost: Money) -> LoopLimits {
        guard worth > .zero else { return self }
        let least = cost > .zero ? Int(clamping: worth.nanodollars / cost.nanodollars) : .max
        guard least > slowAfter else { return self }
        var limits = self
        limits.slowAfter = least
        limits.stopAfter = least.saturatingSum(stopAfter - slowAfter)
        return limits
    }
}

/// The limits of every key.
public struct LoopRules: Hashable, Sendable {
    /// Of keys that have none of their own; nil lets them repeat themselves as they like.
    public var standard: LoopLimits?
    /// By the name of a key; nil switches off.
    public var keys: [String: LoopLimits?]

    public init(standard: LoopLimits? = LoopLimits(), keys: [String: LoopLimits?] = [:]) {
        self.standard = standard
        self.keys = keys
    }

    /// Whether nobody is watched at all.
    public var isOff: Bool { standard == nil && keys.values.allSatisfy { $0 == nil } }

    public func limits(for key: String) -> LoopLimits? { keys.isEmpty ? standard : keys[key] ?? standard }
}
