import GRDBSQLite
import Testing
import TuppenceCore
import TuppenceJournal
import TuppenceTesting

@testable import TuppenceSQLite

@Suite("Limits of the store's budgets, as the ledger reads them")
struct SQLiteLimitsTests {
    /// How often the connection has read which edition of budgets there is.
    private static func reads(_ connection: OpaquePointer) -> Int32 {
        var (statement, count) = (sqlite3_next_stmt(connection, nil), Int32(0))
        while let found = statement {
            if String(cString: sqlite3_sql(found)) == "SELECT value FROM state WHERE name = 'budgets_edition'" {
                count += sqlite3_stmt_status(found, SQLITE_STMTSTATUS_RUN, 0)
            }
            statement = sqlite3_next_stmt(connection, found)
        }
        return count
    }

    @Test("what the ledger writes itself has it read nothing, what anybody else writes once")
    func reads() throws {
        let folder = try TemporaryFolder()
        let other = try SQLiteStore(path: folder.path("a.db"))
        var opened: OpaquePointer?
        #expect(sqlite3_open(folder.path("a.db"), &opened) == SQLITE_OK)
        let connection = try #require(opened)
        let journal = Journal(try SQLiteJournalStorage(connection))
        let rules = [Samples.rule(limit: Money(nanodollars: 1_000))]
        func hold(_ numbers: ClosedRange<Int>) throws {
            for number in numbers {
                _ = try journal.apply([.hold(Samples.hold(Samples.attempt(number), 1, rules: rules))])
            }
        }
        try hold(1...20)
        #expect(Self.reads(connection) == 1)
        try other.prove()
        try hold(21...40)
        #expect(Self.reads(connection) == 2)
        // On the same connection, and yet none of the ledger's.
        #expect(sqlite3_exec(connection, "PRAGMA user_version = 0", nil, nil, nil) == SQLITE_OK)
        try hold(41...60)
        #expect(Self.reads(connection) == 3)
    }
}
