import Synchronization

/// What a test has started, to be stopped when it ends, however it ends.
///
/// Whoever runs a test gives it one of its own as ``current``. Where there is none, who starts something stops it.
public final class TestResources: Sendable {
    @TaskLocal public static var current: TestResources?

    private let stops = Mutex<[@Sendable () async throws -> Void]>([])

    public init() {}

    /// Has `stop` called at the end, even if what it stops was stopped before.
    public func add(_ stop: @escaping @Sendable () async throws -> Void) { stops.withLock { $0.append(stop) } }

    /// Stops everything, what was started last before what it may stand on.
    ///
    /// - Returns: why something could not be stopped.
    public func stopAll() async -> [any Error] {
        var errors: [any Error] = []
        for stop in stops.withLock({ $0 }).reversed() {
            do { try await stop() } catch { errors.append(error) }
        }
        return errors
    }
}
