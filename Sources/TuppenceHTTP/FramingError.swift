/// Why bytes on a connection are not HTTP/1.1 as RFC 9112 wants it. After one of these the connection closes: where
/// one message ends and the next begins is no longer certain.
public struct FramingError: Error, Hashable, Sendable {
    /// The status a server answers with.
    public let status: Int
    public let reason: String

    public init(status: Int, _ reason: String) {
        self.status = status
        self.reason = reason
    }

    static func bad(_ reason: String) -> FramingError { FramingError(status: 400, reason) }
}

/// The bounds of what one message may ask a parser to keep.
public struct FramingLimits: Hashable, Sendable {
    /// Bytes of start line, fields and the empty line behind them.
    public var headBytes = 65_536
    public var fields = 128
    /// Bytes of one chunk-size line with its extensions and its CR LF.
    public var chunkLineBytes = 1_024
    /// Bytes of a trailer section with its empty line, which is read and dropped.
    public var trailerBytes = 8_192

    public init() {}
}
