import Synchronization

/// How often each model string that says `times=N` has been named.
final class SandboxCounters: Sendable {
    /// Past so many model strings all counts are forgotten, so that no client can grow them for ever.
    private static let most = 65_536

    private let counts = Mutex<[String: Int]>([:])

    /// Counts one more request for `name`.
    ///
    /// - Returns: how many there have been, this one included.
    func count(_ name: String) -> Int {
        counts.withLock { counts in
            if counts.count >= Self.most, counts[name] == nil { counts.removeAll() }
            counts[name, default: 0] += 1
            return counts[name, default: 1]
        }
    }

    func reset() { counts.withLock { $0.removeAll() } }
}
