import TuppenceCore

/// How much callers may ask of the gateway at once, and how slowly they may ask. `Int.max` is no limit.
public struct ServerLimits: Hashable, Sendable {
    /// Callers' connections; nil for as many as the system has files for, up to ``standardConnections``.
    public var connections: Int?
    /// From one address; nil for ``standardConnectionsPerAddress`` where other machines can connect, and no limit elsewhere.
    public var connectionsPerAddress: Int?
    /// Bytes of a request's head.
    public var headBytes = 64 << 10
    /// From a head's first byte, or the connection, to its end; that of the handshake over TLS, too.
    public var headTimeout = Milliseconds.seconds(10)
    /// A body may always take this long; longer while it comes at ``bodyRate`` on average.
    public var bodyTimeout = Milliseconds.seconds(30)
    /// Bytes a second.
    public var bodyRate = 2_048
    /// Requests in progress.
    public var inFlight = 20_000
    public var inFlightPerKey = Int.max
    /// Bytes of the bodies of requests in progress.
    public var buffered = 1 << 30

    public static let standardConnections = 30_000
    public static let standardConnectionsPerAddress = 1_000

    public init() {}
}

extension YAMLCursor {
    /// Reads `{ connections: 10000, head_timeout: 5s, in_flight: off }`.
    func serverLimits() -> ServerLimits {
        var limits = ServerLimits()
        let known = [
            "connections", "connections_per_address", "head", "head_timeout", "body_timeout", "body_rate", "in_flight",
            "in_flight_per_key", "buffered",
        ]
        guard let fields = fields(of: "the 'limits' of 'server'", known) else { return limits }
        limits.connections = fields["connections"]?.countOrOff()
        limits.connectionsPerAddress = fields["connections_per_address"]?.countOrOff()
        limits.headBytes = fields["head"]?.bytes(in: 1 << 10...1 << 20) ?? limits.headBytes
        limits.headTimeout = fields["head_timeout"]?.duration() ?? limits.headTimeout
        limits.bodyTimeout = fields["body_timeout"]?.duration() ?? limits.bodyTimeout
        limits.bodyRate = fields["body_rate"]?.bytes() ?? limits.bodyRate
        limits.inFlight = fields["in_flight"]?.countOrOff() ?? limits.inFlight
        limits.inFlightPerKey = fields["in_flight_per_key"]?.countOrOff() ?? limits.inFlightPerKey
        limits.buffered = fields["buffered"]?.bytesOrOff() ?? limits.buffered
        return limits
    }

    private func countOrOff() -> Int? {
        value("a whole number from 1 to 10000000, or off") {
            $0 == "off" ? Int.max : Scalar.integer($0, in: 1...10_000_000)
        }
    }

    private func bytesOrOff() -> Int? {
        value("a size such as 1GB or 512MB, or off") { $0 == "off" ? Int.max : Scalar.bytes($0) }
    }

    private func bytes(in range: ClosedRange<Int>) -> Int? {
        value("a size from \(range.lowerBound >> 10)KB to \(range.upperBound >> 10)KB") {
            Scalar.bytes($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}
