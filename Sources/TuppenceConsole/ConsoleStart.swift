import Synchronization

/// Whether a console that is being started listens, or what became of it instead.
final class ConsoleStart: Sendable {
    private let outcome: AsyncThrowingStream<Int, any Error>
    private let told: AsyncThrowingStream<Int, any Error>.Continuation
    private let hasListened = Atomic(false)

    init() { (outcome, told) = AsyncThrowingStream.makeStream(of: Int.self) }

    func listens(on port: Int) {
        hasListened.store(true, ordering: .relaxed)
        told.yield(port)
        told.finish()
    }

    /// - Returns: whether it had never listened, so that who waits for that is told.
    func failed(_ error: any Error) -> Bool {
        told.finish(throwing: error)
        return !hasListened.load(ordering: .relaxed)
    }

    /// Waits until it listens.
    func port() async throws -> Int {
        for try await port in outcome { return port }
        throw CancellationError()
    }
}
