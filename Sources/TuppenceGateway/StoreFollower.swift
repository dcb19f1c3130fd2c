import Logging
import Synchronization
import TuppenceConfiguration
import TuppenceCore
import TuppenceSQLite
import TuppenceServer

/// Puts in force within a second what another process or the console changes in the store: keys and budgets. And a
/// configuration that is loaded anew.
package final class StoreFollower: Sendable {
    private let gateway: Gateway
    private let logger: Logger
    private let current: Mutex<State>

    private struct State {
        /// With the budgets in force.
        var loaded: LoadedConfiguration
        /// Nil before they have been looked at.
        var keys: [StoredKey]?
        /// The edition of budgets that could not be put in force.
        var refused: Int64?
    }

    package init(_ gateway: Gateway, logger: Logger) {
        self.gateway = gateway
        self.logger = logger
        current = Mutex(State(loaded: gateway.loaded))
    }

    /// Until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            do { try follow() } catch {
                logger.warning("keys and budgets could not be read", metadata: ["error": "\(error)"])
            }
            do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
        }
    }

    /// Puts another configuration in force; one with a mistake in it changes nothing.
    package func apply(_ fresh: LoadedConfiguration) throws {
        let (budgets, keys) = (try gateway.store.budgets(), try gateway.store.keys(at: WallClock.now))
        try current.withLock { current in
            let loaded = try fresh.with(budgets, keys: keys)
            try gateway.apply(loaded, keys)
            current = State(loaded: loaded, keys: keys)
        }
    }

    private func follow() throws {
        let keys = try gateway.store.keys(at: WallClock.now)
        try current.withLock { current in
            let areKeysNew = keys != current.keys
            let known = areKeysNew ? nil : current.refused
            let budgets = try gateway.store.budgets(otherThan: known ?? current.loaded.budgetEdition)
            guard areKeysNew || budgets != nil else { return }
            if let budgets { complete(&current, with: budgets, keys) }
            try gateway.apply(current.loaded, keys)
            current.keys = keys
        }
    }

    /// Where they can't be put in force, those that are stay so, each within the limit that the store has for it by now.
    private func complete(_ state: inout State, with budgets: StoredBudgets, _ keys: [StoredKey]) {
        do throws(Failure) {
            state.loaded = try state.loaded.with(budgets, keys: keys)
            state.refused = nil
        } catch {
            logger.error(
                "budgets were changed and can't be put in force; those before stay", metadata: ["error": "\(error)"])
            state.refused = budgets.edition
        }
    }
}
