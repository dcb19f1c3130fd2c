import Logging
import Synchronization
import TuppenceConfiguration
import TuppenceCore
import TuppenceServer
import TuppenceStore

/// Puts in force within a second what another process or the console changes in the store: keys and budgets; what part of the rate
/// limits is this gateway's, where others come and go; prices whose time has come; and a configuration that is loaded anew.
package final class StoreWatcher: Sendable {
    private let gateway: Gateway
    private let logger: Logger
    private let current: Mutex<State>
    /// What tells this gateway from others on the same store.
    private let identity: [UInt8] = (0..<16).map { _ in .random(in: .min ... .max) }

    private struct State {
        /// With the budgets in force.
        var loaded: LoadedConfiguration
        /// Nil before they have been looked at.
        var keys: [StoredKey]?
        /// Of budgets of the store that can't be in force, as they have been told.
        var troubles: [String: Problem] = [:]
    }

    package init(_ gateway: Gateway, logger: Logger) {
        self.gateway = gateway
        self.logger = logger
        current = Mutex(State(loaded: gateway.loaded))
    }

    /// Until the task is cancelled.
    package func run() async {
        var membership = GatewayMembership()
        while !Task.isCancelled {
            do { try takePrices(at: WallClock.now) } catch {
                logger.error("prices whose time has come could not be put in force", metadata: ["error": "\(error)"])
            }
            do { try takeChanges() } catch {
                logger.warning("keys and budgets could not be read", metadata: ["error": "\(error)"])
            }
            do {
                let news = try gateway.store.present(identity)
                gateway.plane.take(membership.heard(news, at: WallClock.now))
            } catch {
                logger.warning("other gateways could not be told of this one", metadata: ["error": "\(error)"])
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
            loaded.warn(of: keys, logger)
        }
    }

    /// Puts the prices in force that count by `now`; what is under way keeps those that it began with.
    package func takePrices(at now: Timestamp) throws {
        try current.withLock { current in
            guard let first = current.loaded.configuration.priceChanges.first, first.from <= now else { return }
            var loaded = current.loaded
            let taken = loaded.configuration.takePrices(at: now)
            try gateway.apply(loaded, try current.keys ?? gateway.store.keys(at: now))
            current.loaded = loaded
            for change in taken {
                logger.notice(
                    "a price counts from now on",
                    metadata: [
                        "target": "\(change.target)", "from": "\(change.from.iso8601)",
                        "rate_card": "\(change.listing.rates.version)",
                    ])
            }
        }
    }

    private func takeChanges() throws {
        try current.withLock { current in
            // Those first: a budget may name a key that was made just before it.
            var budgets = try gateway.store.budgets(otherThan: current.loaded.budgetEdition)
            let keys = try gateway.store.keys(at: WallClock.now)
            let areKeysNew = keys != current.keys
            guard areKeysNew || budgets != nil else { return }
            // What named a key that was not there may name one that is.
            if areKeysNew, !current.troubles.isEmpty { budgets = try gateway.store.budgets() }
            let completed =
                budgets.map { current.loaded.completed(with: $0, keys: keys) }
                ?? CompletedConfiguration(loaded: current.loaded, troubles: current.troubles)
            try gateway.apply(completed.loaded, keys)
            tell(completed.troubles, after: current.troubles)
            current = State(loaded: completed.loaded, keys: keys, troubles: completed.troubles)
        }
    }

    /// Each trouble once.
    private func tell(_ troubles: [String: Problem], after told: [String: Problem]) {
        for (name, problem) in troubles.sorted(by: { $0.key < $1.key }) where told[name] != problem {
            logger.error(
                "a budget was made or changed elsewhere and can't be put in force; all others are, and it stays as it was if it was there",
                metadata: ["budget": "\(name)", "error": "\(problem)"])
        }
    }
}
