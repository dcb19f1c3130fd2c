/// How many may connect; `Int.max` where there is no limit.
public struct DoorRules: Hashable, Sendable {
    public var connections = Int.max
    /// From one address, or from one network of IPv6 (/64).
    public var connectionsPerAddress = Int.max

    public init() {}
}
