import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceStore

/// What operators ask of a gateway's books and change in them, whether by a command or in the console: both go through here.
package struct Administration {
    package let store: any Store
    /// The configuration in force.
    package let loaded: LoadedConfiguration

    /// Whether a gateway runs by it, so that what the store says else is not in force.
    let isInForce: Bool

    package init(store: any Store, loaded: LoadedConfiguration, isInForce: Bool = false) {
        self.store = store
        self.loaded = loaded
        self.isInForce = isInForce
    }

    /// The configuration with the budgets that the store has now. Where a gateway runs by it, without those that can't be in force.
    package func current(at now: Timestamp) throws -> LoadedConfiguration {
        guard isInForce else { return try loaded.withBudgets(of: store, at: now) }
        guard let stored = try store.budgets(otherThan: loaded.budgetEdition) else { return loaded }
        return loaded.completed(with: stored, keys: try store.keys(at: now)).loaded
    }
}
