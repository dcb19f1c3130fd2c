import TuppenceConfiguration
import TuppenceCore
import TuppenceSQLite
import TuppenceStore

/// The one place that knows which databases there are.
extension StoreSettings {
    /// Opens the store, which is made where there is none, and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - patience: how many seconds those are waited for who are writing to it.
    ///   - isGuest: whether a gateway may be writing its ledger to it at the same time, by another connection.
    package func open(patience: Double, isGuest: Bool = false) throws -> any Store {
        switch self {
        case .sqlite(let path): try SQLiteStore(path: path, patience: patience, movesLog: !isGuest)
        case .postgres(let url): try url.open(patience: patience)
        }
    }

    /// What is wrong with the server that has the store; nothing where there is none.
    package func conditions() throws -> [StoreCondition] {
        switch self {
        case .sqlite: []
        case .postgres(let url): try url.conditions()
        }
    }

    /// Looks into a store that is there. Nothing in it is changed.
    package func look() throws -> StoreLook {
        switch self {
        case .sqlite(let path): try SQLiteStore.look(at: path)
        case .postgres(let url): try url.look()
        }
    }
}
