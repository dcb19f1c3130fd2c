import Foundation

extension Configuration {
    /// The file beside which a gateway keeps what is its own and no part of the store: answers that may be given again, the
    /// first key. An SQLite store itself, unless `server.data` names a folder.
    public var localDatabase: String {
        let database: String
        switch store {
        case .sqlite(let path): database = path
        case .postgres: database = "tuppence.db"
        }
        guard let folder = server.dataFolder else { return database }
        return URL(fileURLWithPath: folder).appendingPathComponent((database as NSString).lastPathComponent).path
    }

    /// Where an emergency journal lies that nobody has named: `tuppence.journal` beside `tuppence.db`. It is a gateway's own: not even
    /// those of one store share it.
    public var usualEmergencyJournal: String {
        let database = localDatabase
        return (database.hasSuffix(".db") ? String(database.dropLast(3)) : database) + ".journal"
    }
}
