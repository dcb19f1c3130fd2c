import NIOCore

/// An origin that a connection is kept open to while nobody asks it anything.
final class WarmOrigin {
    /// Whether a connection is on its way, or will be when the pause is over.
    var isExpected = false
    private var pause = WarmOrigin.shortest

    private static let shortest: Int64 = 1_000
    private static let longest: Int64 = 60_000

    /// Somebody has used the connection: it is worth having another soon.
    func wasUsed() { pause = Self.shortest }

    /// How long to wait before the next connection. Longer each time that one has come to nothing, and never the same for
    /// all event loops.
    func nextPause() -> TimeAmount {
        defer { pause = min(pause * 2, Self.longest) }
        return .milliseconds(.random(in: (pause / 2)...pause))
    }
}
