import Foundation
import Testing
import TuppenceCore
import TuppenceJournal
import TuppencePostgres
import TuppenceSQLite
import TuppenceStore

/// A database for one test, removed with it.
final class TestDatabase {
    enum Kind: String, CustomTestStringConvertible {
        case sqlite = "SQLite"
        case postgres = "PostgreSQL"

        var testDescription: String { rawValue }
    }

    /// Those that can be tested here: PostgreSQL where `TUPPENCE_TEST_POSTGRES` names a server.
    static var kinds: [Kind] { TestPostgres.url == nil ? [.sqlite] : [.sqlite, .postgres] }

    private enum Place {
        case folder(TemporaryFolder)
        case schema(PostgresScratch)
    }

    private let place: Place

    init(_ kind: Kind) throws {
        place =
            switch kind {
            case .sqlite: .folder(try TemporaryFolder())
            case .postgres: .schema(try TestPostgres.scratch())
            }
    }

    /// As another process does each time.
    func open(window: Int64 = Journal.usualWindow) throws -> any Store {
        switch place {
        case .folder(let folder): try SQLiteStore(path: folder.path("a.db"), window: window)
        case .schema(let schema): try PostgresStore(url: schema.url, patience: 5, window: window)
        }
    }
}
