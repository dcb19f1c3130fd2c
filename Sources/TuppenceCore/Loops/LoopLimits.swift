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

    public init() {}
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
