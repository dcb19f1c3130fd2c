/// What a request says that some models of its dialect take and others refuse. What each of them stands for is the dialect's
/// business.
public struct RequestTraits: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }
}
