import GRDBSQLite
import TuppenceCore

/// The statements behind ``LedgerState``. Only the thread that holds the store's queue touches them.
final class LedgerStatements: @unchecked Sendable {
    fileprivate let begin, commit, rollback: SQLiteStatement
    fileprivate let selectBalance, upsertBalance: SQLiteStatement
    fileprivate let insertHolds, deleteHolds, selectHolds: SQLiteStatement
    fileprivate let insertEntry, selectOutcome: SQLiteStatement
    fileprivate var open = OpenHolds()
    private var hasReadHolds = false

    init(_ connection: OpaquePointer) throws(StoreError) {
        // IMMEDIATE: the lock is taken before anything is read, so that what is read is what is written over.
        begin = try SQLiteStatement("BEGIN IMMEDIATE", on: connection)
        commit = try SQLiteStatement("COMMIT", on: connection)
        rollback = try SQLiteStatement("ROLLBACK", on: connection)
        selectBalance = try SQLiteStatement(
            "SELECT spent, held FROM balances WHERE account = ? AND window_start = ?", on: connection)
        upsertBalance = try SQLiteStatement(
            "INSERT INTO balances VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET spent = excluded.spent, held = excluded.held",
            on: connection)
        insertHolds = try SQLiteStatement("INSERT OR REPLACE INTO hold_batches VALUES (?, ?, ?)", on: connection)
        deleteHolds = try SQLiteStatement("DELETE FROM hold_batches WHERE id = ?", on: connection)
        selectHolds = try SQLiteStatement(
            "SELECT id, holds FROM hold_batches WHERE first_expiry <= ?", on: connection)
        insertEntry = try SQLiteStatement(
            "INSERT INTO entries VALUES (?\(String(repeating: ", ?", count: 25))) ON CONFLICT DO NOTHING",
            on: connection)
        selectOutcome = try SQLiteStatement(
            "SELECT outcome FROM entries WHERE request = ? AND attempt = ?", on: connection)
    }

    /// Performs all operations and commits, or changes nothing.
    func transaction(_ operations: [LedgerOperation]) throws -> [LedgerOutcome] {
        try begin.run()
        do {
            if !hasReadHolds { try readHolds() }
            var state = SQLiteLedgerState(statements: self)
            let outcomes = try operations.map { try state.perform($0) }
            try state.finish()
            try commit.run()
            open.commit()
            return outcomes
        } catch {
            open.rollBack()
            // Some errors (a full disk, say) have rolled back already; then this one has nothing to do.
            _ = try? rollback.run()
            throw error
        }
    }

    /// Takes in the holds that an earlier process has left. Each is open until its time, like any other.
    private func readHolds() throws {
        var rows: [(id: Int64, holds: [UInt8])] = []
        selectHolds.bind(1, Int64.max)
        try selectHolds.forEachRow { rows.append(($0.int(0), $0.bytes(1))) }
        for row in rows {
            let batch = open.newBatch()
            let holds: [OpenHold]
            do throws(StoreError) { holds = try HoldBatch.holds(in: row.holds) } catch {
                throw StoreError(
                    "row \(row.id) of hold_batches can't be read: \(error). Delete it to go on without; what it holds stays held."
                )
            }
            for hold in holds where try outcome(of: hold.attempt) == nil {
                open.add(hold.attempt, to: batch)
            }
            open.wrote(batch, row: row.id)
            if open.isEmpty(batch) {
                deleteHolds.bind(1, row.id)
                try deleteHolds.run()
            }
        }
        open.commit()
        hasReadHolds = true
    }

    fileprivate func outcome(of attempt: AttemptID) throws -> AttemptOutcome? {
        var outcome: AttemptOutcome?
        selectOutcome.bind(1, attempt.request)
        selectOutcome.bind(2, attempt.number)
        try selectOutcome.forEachRow { outcome = AttemptOutcome(rawValue: $0.text(0)) }
        return outcome
    }
}

/// One transaction's view of the ledger. Balances are read once and written once, however many operations touch them.
private struct SQLiteLedgerState: LedgerState {
    let statements: LedgerStatements
    private var balances = Balances()
    /// The holds of this transaction, and their number in ``OpenHolds``.
    private var placed: [Hold] = []
    private var batchNumber: Int?

    init(statements: LedgerStatements) { self.statements = statements }

    mutating func balance(of account: BudgetAccount) throws -> Balance {
        if let known = balances[account] { return known }
        var balance = Balance()
        statements.selectBalance.bind(1, account.name)
        statements.selectBalance.bind(2, account.windowStart.milliseconds)
        try statements.selectBalance.forEachRow {
            balance = Balance(spent: Money(nanodollars: $0.int(0)), held: Money(nanodollars: $0.int(1)))
        }
        balances.add(balance, of: account)
        return balance
    }

    mutating func setBalance(_ balance: Balance, of account: BudgetAccount) {
        balances.change(balance, of: account)
    }

    /// Writes what the transaction comes to.
    func finish() throws {
        try writeBalances()
        var emptied = statements.open.emptiedRows
        if let batchNumber, !statements.open.isEmpty(batchNumber) {
            // A hold that was refused, or has settled already, is not open and need not be remembered.
            var batch = HoldBatch()
            for hold in placed where statements.open.contains(hold.attempt) { batch.add(hold) }
            // Over a row that is over, where there is one: no page is given back and none taken.
            let row = emptied.popLast()
            statements.insertHolds.bind(1, row)
            statements.insertHolds.bind(2, batch.firstExpiry.milliseconds)
            statements.insertHolds.bind(3, batch.bytes)
            try statements.insertHolds.run()
            statements.open.wrote(batchNumber, row: statements.insertHolds.lastRow)
        }
        for row in emptied {
            statements.deleteHolds.bind(1, row)
            try statements.deleteHolds.run()
        }
    }

    private func writeBalances() throws {
        for (account, balance) in balances.changed {
            let statement = statements.upsertBalance
            statement.bind(1, account.name)
            statement.bind(2, account.windowStart.milliseconds)
            statement.bind(3, balance.spent.nanodollars)
            statement.bind(4, balance.held.nanodollars)
            try statement.run()
        }
    }

    mutating func insert(_ hold: Hold) throws -> Bool {
        guard !statements.open.contains(hold.attempt) else { return false }
        let number = batchNumber ?? statements.open.newBatch()
        batchNumber = number
        statements.open.add(hold.attempt, to: number)
        placed.append(hold)
        return true
    }

    func removeHold(of attempt: AttemptID) throws -> Bool {
        if statements.open.remove(attempt) { return true }
        // Not one of ours: another process on the same file may have made it.
        return try holds(expiringBy: .distantFuture).contains { $0.attempt == attempt }
    }

    func holdsExpiring(by time: Timestamp) throws -> [OpenHold] { try holds(expiringBy: time) }

    /// The holds in the file that are over by `time` and not settled.
    private func holds(expiringBy time: Timestamp) throws -> [OpenHold] {
        var rows: [[UInt8]] = []
        statements.selectHolds.bind(1, time.milliseconds)
        try statements.selectHolds.forEachRow { rows.append($0.bytes(1)) }
        return try rows.flatMap { try HoldBatch.holds(in: $0) }.filter { hold in
            try hold.expiresAt <= time && statements.outcome(of: hold.attempt) == nil
        }
    }

    func append(_ entry: LedgerEntry) throws -> Bool {
        let statement = statements.insertEntry
        statement.bind(1, entry.attempt.request)
        statement.bind(2, entry.attempt.number)
        statement.bind(3, entry.at.milliseconds)
        statement.bind(4, entry.key)
        statement.bind(5, entry.customer)
        statement.bind(6, entry.user)
        statement.bind(7, entry.route)
        statement.bind(8, entry.target.provider)
        statement.bind(9, entry.target.model)
        statement.bind(10, entry.endpoint)
        statement.bind(11, entry.outcome.rawValue)
        statement.bind(12, entry.status)
        statement.bind(13, entry.usage.input)
        statement.bind(14, entry.usage.cachedInput)
        statement.bind(15, entry.usage.cacheWrite)
        statement.bind(16, entry.usage.cacheWriteLong)
        statement.bind(17, entry.usage.audioInput)
        statement.bind(18, entry.usage.output)
        statement.bind(19, entry.usage.reasoning)
        statement.bind(20, entry.usage.audioOutput)
        statement.bind(21, entry.cost.nanodollars)
        statement.bind(22, entry.estimated ? 1 : 0)
        statement.bind(23, entry.reportedCost?.nanodollars)
        statement.bind(24, entry.rateCardVersion)
        statement.bind(25, entry.duration.count)
        statement.bind(26, entry.firstContent?.count)
        return try statement.run() == 1
    }

    func outcome(of attempt: AttemptID) throws -> AttemptOutcome? { try statements.outcome(of: attempt) }
}
