import Foundation
import GRDB
import GRDBSQLite
import TuppenceCore
import TuppenceStore

extension SQLiteStore {
    /// Looks into a file that is there. Nothing in it is changed, and no file is made beside it.
    public static func look(at path: String) throws(StoreError) -> StoreLook {
        do {
            var configuration = GRDB.Configuration()
            configuration.readonly = true
            configuration.label = "tuppence.look"
            configuration.busyMode = .timeout(1)
            let queue = try DatabaseQueue(path: name(forLookingAt: path), configuration: configuration)
            let applied = try queue.read(Migrations.migrator.appliedIdentifiers)
            let due = Migrations.migrator.migrations.filter { !applied.contains($0) }
            return due.isEmpty ? .upToDate(try SQLiteStore(reading: queue)) : .behind(steps: due.count)
        } catch {
            throw StoreError(wrapping: error, path: path)
        }
    }

    /// Even who only reads makes a log beside the file where there is none. Without one nobody has the file open, so that it can be
    /// read as one that nobody changes, for the moment that it takes.
    private static func name(forLookingAt path: String) -> String {
        guard !FileManager.default.fileExists(atPath: path + "-wal"), sqlite3_compileoption_used("USE_URI") == 1,
            let quoted = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
        else { return path }
        return "file:\(quoted)?immutable=1"
    }
}
