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
    ///   - readsOn: whether what the ledger says last is read at once, so that what can't be read is told now.
    package func open(patience: Double, isGuest: Bool = false, readsOn: Bool = true) throws -> any Store {
        switch self {
        case .sqlite(let path):
            try SQLiteStore(path: path, patience: patience, movesLog: !isGuest, readsOn: readsOn)
        case .postgres(let url): try url.open(patience: patience, readsOn: readsOn)
        }
    }

    /// Opens a store that is there, to read in it alone. What this user may not write is opened all the same, where its schema is
    /// up to date: an auditor has a copy.
    ///
    /// - Parameter readsOn: whether what the ledger says last is read at once; who reads all of it from the beginning finds out
    ///   himself what is wrong with it.
    package func openToRead(patience: Double, readsOn: Bool = true) throws -> any Store {
        guard case .sqlite(let path) = self, !SQLiteStore.isWritable(path) else {
            return try open(patience: patience, isGuest: true, readsOn: readsOn)
        }
        switch try SQLiteStore.look(at: path, readsOn: readsOn) {
        case .upToDate(let store): return store
        case .ahead(let text): throw StoreError("\(path): \(text)")
        case .empty, .behind:
            throw StoreError(
                "\(path): it is of an older version, and this user may not write it, which would bring it up to date. Copy it to where you may write, or run this as the user that the gateway runs as."
            )
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
