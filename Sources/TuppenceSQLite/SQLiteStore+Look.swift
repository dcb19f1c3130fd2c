import GRDB
import GRDBSQLite
import TuppenceCore
import TuppenceStore

extension SQLiteStore {
    /// Looks into a file that is there. Nothing in it is changed, and no file is made beside it.
    ///
    /// - Parameter readsOn: as in ``init(path:patience:window:movesLog:readsOn:)``.
    public static func look(at path: String, readsOn: Bool = true) throws(StoreError) -> StoreLook {
        do {
            var configuration = GRDB.Configuration()
            configuration.readonly = true
            configuration.label = "tuppence.look"
            configuration.busyMode = .timeout(1)
            let queue = try DatabaseQueue(path: name(forLookingAt: path), configuration: configuration)
            guard try !queue.read(Migrations.isAhead) else { return .ahead(Migrations.aheadText) }
            let applied = try queue.read(Migrations.migrator.appliedIdentifiers)
            let due = Migrations.migrator.migrations.filter { !applied.contains($0) }
            return due.isEmpty
                ? .upToDate(try SQLiteStore(reading: queue, readsOn: readsOn)) : .behind(steps: due.count)
        } catch {
            throw StoreError(wrapping: error, path: path)
        }
    }

    /// Whether this user may write to the file, and beside it, where SQLite's log is made.
    public static func isWritable(_ path: String) -> Bool { SQLiteFile(path: path).isWritable }

    /// Even who only reads makes a log beside the file where there is none. Without one nobody has the file open, so that it can be
    /// read as one that nobody changes, for the moment that it takes.
    private static func name(forLookingAt path: String) -> String {
        guard !SQLiteFile(path: path).hasLog, sqlite3_compileoption_used("USE_URI") == 1 else { return path }
        let quoted = PercentEncoding.encoded(path) { PercentEncoding.isUnreserved($0) || $0 == UInt8(ascii: "/") }
        return "file:\(quoted)?immutable=1"
    }
}
