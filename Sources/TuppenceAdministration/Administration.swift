import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceSQLite

/// What operators ask of a gateway's books and change in them, whether by a command or in the console: both go through here.
package struct Administration {
    package let store: SQLiteStore
    /// The configuration in force.
    package let loaded: LoadedConfiguration

    package init(store: SQLiteStore, loaded: LoadedConfiguration) {
        self.store = store
        self.loaded = loaded
    }
}

extension Administration {
    /// Every budget as it stands; of one for `each` value, every value that has spent or held something in its window.
    package func budgets(at now: Timestamp) throws -> [SpendReport.Budget] {
        SpendReport.budgets(of: loaded.configuration.policy.budgets, in: try store.balances(), at: now)
    }
}
