import Synchronization
import TuppenceCore

/// A clock that stands still until it is told to move.
public final class ManualClock: Sendable {
    private let time: Mutex<Timestamp>

    public init(_ start: Timestamp = Timestamp(seconds: 1_800_000_000)) { time = Mutex(start) }

    public var now: Timestamp { time.withLock { $0 } }

    public func advance(by span: Milliseconds) { time.withLock { $0 = $0 + span } }
}
