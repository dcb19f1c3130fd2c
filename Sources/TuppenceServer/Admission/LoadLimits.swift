import TuppenceCore

/// How much the process takes in hand at once; `Int.max` where there is no limit.
public struct LoadLimits: Hashable, Sendable {
    /// Requests in progress.
    public var inFlight = 20_000
    /// The same of one key.
    public var inFlightPerKey = Int.max
    /// Bytes of the bodies of requests in progress.
    public var buffered = 1 << 30

    public init() {}

    /// How long those are to stay away whom there is no place for.
    private static let pause = Milliseconds.seconds(1)

    var requestsAreTooMany: Refusal {
        Refusal(
            .overloaded,
            "The gateway has \(inFlight) requests in progress, as many as server.limits.in_flight allows. Try again in a moment.",
            retryAfter: Self.pause)
    }

    var buffersAreFull: Refusal {
        Refusal(
            .overloaded,
            "The bodies of requests in progress take up all of the \(buffered) bytes that server.limits.buffered allows. Try again in a moment.",
            retryAfter: Self.pause)
    }

    func requestsAreTooMany(of key: String) -> Refusal {
        Refusal(
            .rateLimited,
            "The key '\(key)' has \(inFlightPerKey) requests in progress, as many as server.limits.in_flight_per_key allows. Wait for one of them to end.",
            retryAfter: Self.pause)
    }
}
