import GRDBSQLite
import TuppenceCore

/// The limits of the budgets that are kept in the store. Belongs to the thread that its connection belongs to.
///
/// Whether anything has been written SQLite knows without a look into the file. What the ledger has written itself is noted after
/// its commit, and hardly ever does anybody else write; only then the edition of budgets is read, and only if it is another one
/// the budgets.
final class SQLiteLimits {
    private let connection: OpaquePointer
    private var statements: (edition: SQLiteStatement, limits: SQLiteStatement)?
    private var known = BudgetLimits()
    /// What SQLite said of writes when `known` was read; nil where that is not known.
    private var dataVersion: UInt32?
    /// Whether `known` is that of the transaction that the ledger is in.
    private var isOfTransaction = false

    init(_ connection: OpaquePointer) { self.connection = connection }

    /// The ledger has begun a transaction. Others of this connection's, which may change budgets, are none of its.
    func began() { isOfTransaction = false }

    /// The ledger has committed its transaction, which changes no budgets. Until the next one begins SQLite counts nobody else's
    /// commits, so that what it says now is of this one.
    func committed() {
        guard isOfTransaction else { return }
        isOfTransaction = false
        dataVersion = version()
    }

    /// Within a transaction.
    func current() throws(StoreError) -> BudgetLimits {
        guard let version = version() else { throw StoreError(sqlite: connection, doing: "a look for changes") }
        defer { isOfTransaction = version == dataVersion }
        if version == dataVersion { return known }
        let statements = try prepared()
        let edition = try statements.edition.first { $0.int(0) } ?? 0
        if edition != known.edition { known = try read(statements.limits, of: edition) }
        dataVersion = version
        return known
    }

    /// It changes with each commit, be it another connection's, seen at the beginning of a transaction, or this one's.
    private func version() -> UInt32? {
        var version: UInt32 = 0
        let result = sqlite3_file_control(connection, "main", SQLITE_FCNTL_DATA_VERSION, &version)
        return result == SQLITE_OK ? version : nil
    }

    /// When they are first needed: migrations that come before the table look at the journal, too.
    private func prepared() throws(StoreError) -> (edition: SQLiteStatement, limits: SQLiteStatement) {
        if let statements { return statements }
        let made = (
            edition: try SQLiteStatement("SELECT value FROM state WHERE name = 'budgets_edition'", on: connection),
            limits: try SQLiteStatement("SELECT name, spend_limit FROM budgets", on: connection)
        )
        statements = made
        return made
    }

    private func read(_ statement: SQLiteStatement, of edition: Int64) throws(StoreError) -> BudgetLimits {
        var limits: [String: Money] = [:]
        try statement.forEachRow { row throws(StoreError) in
            limits[row.text(0)] = Money(nanodollars: row.int(1))
            return true
        }
        return BudgetLimits(edition: edition, limits)
    }
}
