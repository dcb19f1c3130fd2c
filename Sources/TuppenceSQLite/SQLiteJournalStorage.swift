import GRDBSQLite
import TuppenceCore
import TuppenceJournal

/// The journal's rows. Only the thread that holds the store's queue touches it.
final class SQLiteJournalStorage: JournalStorage, @unchecked Sendable {
    private let beginning, committing, rollingBack: SQLiteStatement
    private let selectLast, insertPage, selectPages, selectPagesBack, selectTime: SQLiteStatement
    private let selectBalance, selectBalances, upsertBalance: SQLiteStatement
    private let selectReplayFrom, upsertReplayFrom: SQLiteStatement
    private let selectHolds, insertHold, deleteHold: SQLiteStatement
    private let selectFirst: SQLiteStatement
    private let connection: OpaquePointer
    private var knownCheckpoints: SQLiteJournalCheckpoints?
    private let sums: SQLiteSums
    private let topUps: SQLiteTopUps
    private let limits: SQLiteLimits

    init(_ connection: OpaquePointer) throws(StoreError) {
        // IMMEDIATE: the lock is taken before anything is read, so that what is read is what is written over.
        beginning = try SQLiteStatement("BEGIN IMMEDIATE", on: connection)
        committing = try SQLiteStatement("COMMIT", on: connection)
        rollingBack = try SQLiteStatement("ROLLBACK", on: connection)
        selectLast = try SQLiteStatement("SELECT max(id) FROM journal", on: connection)
        insertPage = try SQLiteStatement("INSERT INTO journal VALUES (?, ?, ?, ?)", on: connection)
        selectPages = try SQLiteStatement(
            "SELECT id, at, seal, page FROM journal WHERE id >= max(?, \(Self.first)) ORDER BY id", on: connection)
        selectPagesBack = try SQLiteStatement(
            "SELECT id, at, seal, page FROM journal WHERE id <= ? AND id >= \(Self.first) ORDER BY id DESC",
            on: connection)
        selectTime = try SQLiteStatement("SELECT at FROM journal WHERE id = ? AND id >= \(Self.first)", on: connection)
        selectBalance = try SQLiteStatement(
            "SELECT spent, held, page FROM balances WHERE account = ? AND window_start = ?", on: connection)
        selectBalances = try SQLiteStatement(
            "SELECT account, window_start, spent, held, page FROM balances", on: connection)
        upsertBalance = try SQLiteStatement("INSERT OR REPLACE INTO balances VALUES (?, ?, ?, ?, ?)", on: connection)
        selectReplayFrom = try SQLiteStatement("SELECT value FROM state WHERE name = 'replay_from'", on: connection)
        upsertReplayFrom = try SQLiteStatement("INSERT OR REPLACE INTO state VALUES ('replay_from', ?)", on: connection)
        selectHolds = try SQLiteStatement("SELECT hold FROM kept_holds ORDER BY request, attempt", on: connection)
        insertHold = try SQLiteStatement("INSERT OR REPLACE INTO kept_holds VALUES (?, ?, ?)", on: connection)
        deleteHold = try SQLiteStatement("DELETE FROM kept_holds WHERE request = ? AND attempt = ?", on: connection)
        selectFirst = try SQLiteStatement("SELECT \(Self.first)", on: connection)
        self.connection = connection
        sums = try SQLiteSums(connection)
        topUps = try SQLiteTopUps(connection)
        limits = SQLiteLimits(connection)
    }

    /// The first page there is.
    static let first = "ifnull((SELECT value FROM state WHERE name = 'first_page'), 1)"

    func begin() throws(StoreError) {
        try beginning.run()
        limits.began()
    }

    func commit() throws(StoreError) {
        try committing.run()
        limits.committed()
    }

    // Some errors (a full disk, say) have rolled back already; then this one has nothing to do.
    func rollBack() { _ = try? rollingBack.run() }

    func lastPage() throws(StoreError) -> Int64 { try selectLast.first { $0.int(0) } ?? 0 }

    func firstPage() throws(StoreError) -> Int64 { try selectFirst.first { $0.int(0) } ?? 1 }

    func append(
        id: Int64, at: Timestamp, page: UnsafeRawBufferPointer, seal: UnsafeRawBufferPointer
    ) throws(StoreError) {
        insertPage.bind(1, id)
        insertPage.bind(2, at.milliseconds)
        insertPage.bind(3, staying: seal)
        insertPage.bind(4, staying: page)
        try insertPage.run()
    }

    func forEachPage(from id: Int64, _ body: (StoredPage) throws(StoreError) -> Bool) throws(StoreError) {
        selectPages.bind(1, id)
        try selectPages.forEachRow { row throws(StoreError) in try body(Self.page(in: row)) }
    }

    func forEachPage(backFrom id: Int64, _ body: (StoredPage) throws(StoreError) -> Bool) throws(StoreError) {
        selectPagesBack.bind(1, id)
        try selectPagesBack.forEachRow { row throws(StoreError) in try body(Self.page(in: row)) }
    }

    private static func page(in row: SQLiteStatement) -> StoredPage {
        StoredPage(id: row.int(0), at: Timestamp(milliseconds: row.int(1)), bytes: row.bytes(3), seal: row.bytes(2))
    }

    func time(ofPage id: Int64) throws(StoreError) -> Timestamp? {
        selectTime.bind(1, id)
        return try selectTime.first { Timestamp(milliseconds: $0.int(0)) }
    }

    func balances(of accounts: [BudgetAccount]) throws(StoreError) -> [(balance: Balance, page: Int64)?] {
        try accounts.map { account throws(StoreError) in
            selectBalance.bind(1, account.name)
            selectBalance.bind(2, account.windowStart.milliseconds)
            return try selectBalance.first { row in
                (Balance(spent: Money(nanodollars: row.int(0)), held: Money(nanodollars: row.int(1))), row.int(2))
            }
        }
    }

    func forEachBalance(_ body: (BudgetAccount, Balance, Int64) throws(StoreError) -> Void) throws(StoreError) {
        try selectBalances.forEachRow { row throws(StoreError) in
            let account = BudgetAccount(name: row.text(0), windowStart: Timestamp(milliseconds: row.int(1)))
            let balance = Balance(spent: Money(nanodollars: row.int(2)), held: Money(nanodollars: row.int(3)))
            try body(account, balance, row.int(4))
            return true
        }
    }

    func set(_ balance: Balance, of account: BudgetAccount, page: Int64) throws(StoreError) {
        upsertBalance.bind(1, account.name)
        upsertBalance.bind(2, account.windowStart.milliseconds)
        upsertBalance.bind(3, balance.spent.nanodollars)
        upsertBalance.bind(4, balance.held.nanodollars)
        upsertBalance.bind(5, page)
        try upsertBalance.run()
    }

    func replayFrom() throws(StoreError) -> Int64 { try selectReplayFrom.first { $0.int(0) } ?? 1 }

    func setReplayFrom(_ page: Int64) throws(StoreError) {
        upsertReplayFrom.bind(1, page)
        try upsertReplayFrom.run()
    }

    func budgetLimits() throws(StoreError) -> BudgetLimits { try limits.current() }

    func keep(_ topUp: TopUp) throws(StoreError) { try topUps.keep(topUp) }
    func hasTopUp(_ id: RequestID) throws(StoreError) -> Bool { try topUps.has(id) }
    func forEachTopUp(
        of wallet: BudgetAccount?, from start: Timestamp, _ body: (TopUp) throws(StoreError) -> Void
    ) throws(StoreError) { try topUps.forEach(of: wallet, from: start, body) }

    func sums(of lines: [SpendingSum.Line]) throws(StoreError) -> [SpendingSum?] {
        try lines.map { line throws(StoreError) in try sums.sum(of: line) }
    }
    func set(_ sum: SpendingSum, of line: SpendingSum.Line) throws(StoreError) { try sums.set(sum, of: line) }
    func forEachSum(
        in stretch: SpendingStretch, of key: String?,
        _ body: (SpendingSum.Line, SpendingSum) throws(StoreError) -> Void
    ) throws(StoreError) { try sums.forEach(in: stretch, of: key, body) }
    func forEachCost(
        in stretch: SpendingStretch, _ body: (Timestamp, Money) throws(StoreError) -> Void
    ) throws(StoreError) { try sums.forEachCost(in: stretch, body) }
    func summedTo() throws(StoreError) -> Int64 { try sums.summedTo() }
    func setSummedTo(_ page: Int64) throws(StoreError) { try sums.setSummedTo(page) }

    func keptHolds() throws(StoreError) -> [[UInt8]] {
        var holds: [[UInt8]] = []
        try selectHolds.forEachRow { row throws(StoreError) in
            holds.append(row.bytes(0))
            return true
        }
        return holds
    }

    func keep(_ hold: UnsafeRawBufferPointer, of attempt: AttemptID) throws(StoreError) {
        insertHold.bind(1, attempt.request)
        insertHold.bind(2, attempt.number)
        insertHold.bind(3, staying: hold)
        try insertHold.run()
    }

    func removeKept(_ attempt: AttemptID) throws(StoreError) {
        deleteHold.bind(1, attempt.request)
        deleteHold.bind(2, attempt.number)
        try deleteHold.run()
    }

    // MARK: Pages that were taken away

    /// Prepared when they are first needed: migrations that come before the tables look at the journal, too.
    private func checkpoints() throws(StoreError) -> SQLiteJournalCheckpoints {
        if let knownCheckpoints { return knownCheckpoints }
        let made = try SQLiteJournalCheckpoints(connection)
        knownCheckpoints = made
        return made
    }

    func journalCheckpoint() throws(StoreError) -> JournalCheckpoint? {
        let first = try firstPage()
        guard first > 1 else { return nil }
        return try checkpoints().checkpoint(of: first - 1)
    }

    func forEachCheckpointBalance(
        _ body: (BudgetAccount, Balance) throws(StoreError) -> Void
    ) throws(StoreError) { try checkpoints().forEachBalance(of: try firstPage() - 1, body) }
    func checkpointHolds() throws(StoreError) -> [[UInt8]] { try checkpoints().holds(of: try firstPage() - 1) }
    func prepare(_ balance: Balance, of account: BudgetAccount, behind page: Int64) throws(StoreError) {
        try checkpoints().prepare(balance, of: account, page)
    }
    func prepare(
        _ hold: UnsafeRawBufferPointer, of attempt: AttemptID, behind page: Int64
    ) throws(StoreError) { try checkpoints().prepare(hold, of: attempt, page) }
    func setCheckpoint(_ checkpoint: JournalCheckpoint) throws(StoreError) {
        try checkpoints().setCheckpoint(checkpoint)
    }
    func removeOldPages(most: Int) throws(StoreError) -> Int { try checkpoints().removeOldPages(most: most) }
    func removeOtherCheckpoints(most: Int) throws(StoreError) -> Int { try checkpoints().removeOthers(most: most) }
    func isArchive() throws(StoreError) -> Bool { try checkpoints().isArchive() }
    func setArchive() throws(StoreError) { try checkpoints().setArchive() }
}
