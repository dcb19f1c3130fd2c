import GRDBSQLite
import TuppenceCore

/// The limits of the budgets that are kept in the store. Belongs to the thread that its connection belongs to.
///
/// Whether another connection has written anything SQLite knows without a look into the file, and hardly ever is it so; only
/// then the edition of budgets is read, and only if it is another one the budgets.
final class SQLiteLimits {
    private let connection: OpaquePointer
    private var statements: (edition: SQLiteStatement, limits: SQLiteStatement)?
    private var known = BudgetLimits()
    /// What SQLite said of writes when `known` was read; nil where that is not known.
    private var dataVersion: UInt32?

    init(_ connection: OpaquePointer) { self.connection = connection }

    /// What this connection writes itself SQLite does not say.
    func forget() { dataVersion = nil }

    /// Within a transaction.
    func current() throws(StoreError) -> BudgetLimits {
        var version: UInt32 = 0
        guard sqlite3_file_control(connection, "main", SQLITE_FCNTL_DATA_VERSION, &version) == SQLITE_OK else {
            throw StoreError(sqlite: connection, doing: "a look for changes")
        }
        if version == dataVersion { return known }
        let statements = try prepared()
        let edition = try statements.edition.first { $0.int(0) } ?? 0
        if edition != known.edition { known = try read(statements.limits, of: edition) }
        dataVersion = version
        return known
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
