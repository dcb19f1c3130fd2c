import NIOCore

extension EventLoop {
    /// Waits until `condition` holds, but not longer than `patience`.
    ///
    /// Its pauses are timers of the loop: whoever ends something may have been cancelled, and a sleep ends at once in a task
    /// that was.
    package func wait(until condition: @Sendable () async -> Bool, for patience: Duration) async {
        let clock = ContinuousClock()
        let end = clock.now + patience
        while clock.now < end, await !condition() {
            // A loop that has ended has nothing more to wait for.
            do { try await scheduleTask(in: .milliseconds(20)) {}.futureResult.get() } catch { return }
        }
    }
}
