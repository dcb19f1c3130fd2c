import GRDBSQLite
import TuppenceCore
import TuppenceJournal

/// The rows of what a journal begins with, and of what has come before. Belongs to the thread that its connection belongs to.
final class SQLiteJournalCheckpoints {
    private let select, selectBalances, selectHolds: SQLiteStatement
    private let insert, insertBalance, insertHold, setFirst: SQLiteStatement
    private let deletePages, selectArchive, insertArchive: SQLiteStatement
    private let deleteOthers: [SQLiteStatement]

    init(_ connection: OpaquePointer) throws(StoreError) {
        select = try SQLiteStatement(
            "SELECT at, seal, entries, cost, price, topped_up, digest FROM foundation WHERE page = ?", on: connection)
        selectBalances = try SQLiteStatement(
            "SELECT account, window_start, spent, held FROM foundation_balances WHERE page = ?", on: connection)
        selectHolds = try SQLiteStatement("SELECT hold FROM foundation_holds WHERE page = ?", on: connection)
        insert = try SQLiteStatement(
            "INSERT OR REPLACE INTO foundation VALUES (?, ?, ?, ?, ?, ?, ?, ?)", on: connection)
        insertBalance = try SQLiteStatement(
            "INSERT OR REPLACE INTO foundation_balances VALUES (?, ?, ?, ?, ?)", on: connection)
        insertHold = try SQLiteStatement(
            "INSERT OR REPLACE INTO foundation_holds VALUES (?, ?, ?, ?)", on: connection)
        setFirst = try SQLiteStatement("INSERT OR REPLACE INTO state VALUES ('first_page', ?)", on: connection)
        let first = SQLiteJournalStorage.first
        deletePages = try SQLiteStatement(
            "DELETE FROM journal WHERE id IN (SELECT id FROM journal WHERE id < \(first) ORDER BY id LIMIT ?)",
            on: connection)
        selectArchive = try SQLiteStatement("SELECT 1 FROM state WHERE name = 'archive'", on: connection)
        insertArchive = try SQLiteStatement("INSERT OR REPLACE INTO state VALUES ('archive', 1)", on: connection)
        deleteOthers = [
            try SQLiteStatement(
                """
                DELETE FROM foundation_balances WHERE (page, account, window_start) IN
                    (SELECT page, account, window_start FROM foundation_balances WHERE page <> \(first) - 1 LIMIT ?)
                """, on: connection),
            try SQLiteStatement(
                """
                DELETE FROM foundation_holds WHERE (page, request, attempt) IN
                    (SELECT page, request, attempt FROM foundation_holds WHERE page <> \(first) - 1 LIMIT ?)
                """, on: connection),
            try SQLiteStatement(
                "DELETE FROM foundation WHERE page IN (SELECT page FROM foundation WHERE page <> \(first) - 1 LIMIT ?)",
                on: connection),
        ]
    }

    func checkpoint(of page: Int64) throws(StoreError) -> JournalCheckpoint {
        select.bind(1, page)
        let found = try select.first { row in
            JournalCheckpoint(
                page: page, at: Timestamp(milliseconds: row.int(0)), seal: row.bytes(1), entries: Int(row.int(2)),
                cost: Money(nanodollars: row.int(3)), price: Money(nanodollars: row.int(4)),
                toppedUp: Money(nanodollars: row.int(5)), digest: row.bytes(6))
        }
        guard let found else {
            throw StoreError(
                "what the journal begins with, behind page \(page), is missing. Restore the file from a copy.")
        }
        return found
    }

    func forEachBalance(
        of page: Int64, _ body: (BudgetAccount, Balance) throws(StoreError) -> Void
    ) throws(StoreError) {
        selectBalances.bind(1, page)
        try selectBalances.forEachRow { row throws(StoreError) in
            try body(
                BudgetAccount(name: row.text(0), windowStart: Timestamp(milliseconds: row.int(1))),
                Balance(spent: Money(nanodollars: row.int(2)), held: Money(nanodollars: row.int(3))))
            return true
        }
    }

    func holds(of page: Int64) throws(StoreError) -> [[UInt8]] {
        var holds: [[UInt8]] = []
        selectHolds.bind(1, page)
        try selectHolds.forEachRow { row throws(StoreError) in
            holds.append(row.bytes(0))
            return true
        }
        return holds
    }

    func prepare(_ balance: Balance, of account: BudgetAccount, _ page: Int64) throws(StoreError) {
        insertBalance.bind(1, page)
        insertBalance.bind(2, account.name)
        insertBalance.bind(3, account.windowStart.milliseconds)
        insertBalance.bind(4, balance.spent.nanodollars)
        insertBalance.bind(5, balance.held.nanodollars)
        try insertBalance.run()
    }

    func prepare(_ hold: UnsafeRawBufferPointer, of attempt: AttemptID, _ page: Int64) throws(StoreError) {
        insertHold.bind(1, page)
        insertHold.bind(2, attempt.request)
        insertHold.bind(3, attempt.number)
        insertHold.bind(4, staying: hold)
        try insertHold.run()
    }

    func setCheckpoint(_ checkpoint: JournalCheckpoint) throws(StoreError) {
        insert.bind(1, checkpoint.page)
        insert.bind(2, checkpoint.at.milliseconds)
        insert.bind(3, copying: checkpoint.seal)
        insert.bind(4, checkpoint.entries)
        insert.bind(5, checkpoint.cost.nanodollars)
        insert.bind(6, checkpoint.price.nanodollars)
        insert.bind(7, checkpoint.toppedUp.nanodollars)
        insert.bind(8, copying: checkpoint.digest)
        try insert.run()
        setFirst.bind(1, checkpoint.page + 1)
        try setFirst.run()
    }

    func removeOldPages(most: Int) throws(StoreError) -> Int {
        deletePages.bind(1, most)
        return try deletePages.run()
    }

    func removeOthers(most: Int) throws(StoreError) -> Int {
        var removed = 0
        for statement in deleteOthers {
            statement.bind(1, most)
            removed += try statement.run()
        }
        return removed
    }

    func isArchive() throws(StoreError) -> Bool { try selectArchive.first { _ in true } ?? false }

    func setArchive() throws(StoreError) { try insertArchive.run() }
}
