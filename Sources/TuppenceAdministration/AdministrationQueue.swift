import Dispatch
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceStore

/// Answers what is asked of ``Administration`` while a gateway runs: on a thread and a connection of its own, so that the
/// ledger's writer never waits for it. One question at a time.
package final class AdministrationQueue: Sendable {
    private let queue = DispatchQueue(label: "administration")
    private let loaded: @Sendable () -> LoadedConfiguration
    /// Where the gateway's store is: a reload does not move it.
    private let place: StoreSettings
    /// Touched on the queue only.
    nonisolated(unsafe) private var opened: (store: any Store, uses: Int)?

    /// A connection keeps every balance that has changed since it was opened; it is opened anew after so many uses.
    private static let longestUse = 10_000

    /// - Parameter loaded: the configuration in force.
    package init(_ loaded: @escaping @Sendable () -> LoadedConfiguration) {
        self.loaded = loaded
        place = loaded().configuration.store
    }

    package func ask<Answer: Sendable>(
        _ question: @escaping @Sendable (Administration) throws -> Answer
    ) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                continuation.resume(
                    with: Result { try question(Administration(store: try store(), loaded: loaded(), isInForce: true)) }
                )
            }
        }
    }

    private func store() throws -> any Store {
        if let (store, uses) = opened, uses < Self.longestUse {
            opened = (store, uses + 1)
            return store
        }
        // The ledger is written all the time: a change waits longer for its turn than a request may.
        let store = try place.open(patience: 3, isGuest: true)
        opened = (store, 1)
        return store
    }
}
