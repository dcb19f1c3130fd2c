/// How a provider is asked whether it is there, whether or not there are requests for it.
public struct HealthCheck: Hashable, Sendable {
    /// Behind its base URL, with a slash at the beginning.
    public var path: String
    public var every: Milliseconds

    public init(path: String = "/models", every: Milliseconds = .seconds(10)) {
        self.path = path
        self.every = every
    }

    /// Two tries have room in the time between two checks: a provider is out only if the second fails as well.
    public var patience: Milliseconds { Milliseconds(max(1, min(every.count / 2, 5_000))) }
}
