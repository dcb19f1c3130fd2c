import Foundation
import TuppenceCore
import TuppenceJournal

/// The journal's rows in PostgreSQL. Belongs to one thread at a time.
///
/// A transaction that writes costs two round trips: one that takes the lock and tells how far the journal goes, and one
/// with all that is written and the commit.
final class PostgresJournalStorage: JournalStorage, @unchecked Sendable {
    let line: PostgresLine
    private var transaction: Transaction?
    /// The last page that was written or read here, by which a database that is another one is known.
    private var lastSeen: (id: Int64, seal: [UInt8])?
    /// The page of the transaction that runs.
    private var appended: (id: Int64, seal: [UInt8])?
    private var checkedGeneration = 0
    private var knownLimits = BudgetLimits()

    private struct Transaction {
        let connection: PostgresConnection
        var head: Head
    }

    /// How far things go: read with the lock, and what has been written since.
    private struct Head {
        let lastPage, budgetsEdition: Int64
        let seal: [UInt8]
        let now: Timestamp
        var replayFrom, summedTo, firstPage: Int64

        init(_ rows: PostgresRows) throws(StoreError) {
            lastPage = try rows.int(0, 0)
            replayFrom = try rows.int(0, 1)
            summedTo = try rows.int(0, 2)
            budgetsEdition = try rows.int(0, 3)
            seal = rows.bytes(0, 4)
            now = Timestamp(milliseconds: try rows.int(0, 5))
            firstPage = try rows.int(0, 6)
        }
    }

    init(_ line: PostgresLine) { self.line = line }

    // MARK: Transactions

    func begin() throws(StoreError) {
        transaction = try line.using { (connection) throws(StoreError) in
            try compareWithLastSeen(on: connection)
            // Each statement sees what was committed before it began: the head is that under the lock.
            try connection.send(.begin)
            try connection.send(PostgresLock.statement)
            try connection.send(Self.selectHead)
            let answers = try connection.answers(within: line.patience)
            return Transaction(connection: connection, head: try Head(answers[2]))
        }
        do throws(StoreError) {
            if let transaction { try check(transaction.head) }
        } catch {
            rollBack()
            throw error
        }
    }

    /// Behind a pooler even one connection may lead to another server than before. And who takes it to be much later than others do
    /// would let their holds expire.
    private func check(_ head: Head) throws(StoreError) {
        if let lastSeen, lastSeen.id == head.lastPage, lastSeen.seal != head.seal { throw Self.isAnother(lastSeen.id) }
        let off = Int64(Date().timeIntervalSince1970 * 1_000) - head.now.milliseconds
        guard abs(off) <= Self.largestSkew else {
            throw StoreError(
                "the clock of this machine is \(abs(off) / 1_000) s \(off > 0 ? "ahead of" : "behind") that of PostgreSQL. Set it right: holds end by it."
            )
        }
    }

    /// In milliseconds; a third of what holds outlive their requests by.
    private static let largestSkew: Int64 = 10_000

    private static func isAnother(_ page: Int64) -> StoreError {
        StoreError(
            "PostgreSQL no longer has page \(page) of the journal as it was: this is another database, or a replica that lacks the last commits. Bring back the one with them, or restart the gateways to go on from here."
        )
    }

    func commit() throws(StoreError) {
        guard let transaction else { throw StoreError("there is no transaction to commit") }
        self.transaction = nil
        defer { appended = nil }
        do throws(StoreError) {
            try transaction.connection.send(.commit)
            _ = try transaction.connection.answers(within: line.patience)
        } catch {
            line.end(transaction.connection)
            throw error
        }
        lastSeen = appended ?? lastSeen
    }

    func rollBack() {
        guard let connection = transaction?.connection else { return }
        transaction = nil
        appended = nil
        line.end(connection)
    }

    /// Reads within one transaction, so that everything read is of one moment.
    func reading<Value>(_ body: () throws -> Value) throws -> Value {
        let connection = try line.using { (connection) throws(StoreError) in
            try compareWithLastSeen(on: connection)
            try connection.send(.beginReading)
            try connection.send(.patient)
            _ = try connection.answers(within: line.patience)
            return connection
        }
        defer { line.end(connection) }
        return try body()
    }

    /// What a failover has brought may lack the last commits. Nothing is built on it then.
    private func compareWithLastSeen(on connection: PostgresConnection) throws(StoreError) {
        guard line.generation != checkedGeneration else { return }
        if let lastSeen {
            let rows = try connection.perform(Self.selectSeal, [.int(lastSeen.id)], within: line.patience)
            // Without a seal it has been taken away into an archive.
            guard rows.count == 1, rows.isNull(0, 0) || rows.bytes(0, 0) == lastSeen.seal else {
                throw Self.isAnother(lastSeen.id)
            }
        }
        checkedGeneration = line.generation
        // Changes to budgets are in no page: one may have been lost with its number.
        knownLimits = BudgetLimits()
    }

    // MARK: Asking

    /// Performs what is waiting and `statement`.
    func ask(_ statement: PostgresStatement, _ parameters: [PostgresValue] = []) throws(StoreError) -> PostgresRows {
        try askEach(statement, [parameters])[0]
    }

    /// Performs what is waiting, and `statement` with each of these parameters, in one round trip; the answers in their order.
    private func askEach(
        _ statement: PostgresStatement, _ questions: [[PostgresValue]]
    ) throws(StoreError) -> [PostgresRows] {
        let connection: PostgresConnection
        if let transaction {
            connection = transaction.connection
        } else {
            connection = try line.connection()
            try compareWithLastSeen(on: connection)
        }
        for parameters in questions { try connection.send(statement, parameters) }
        let answers = try connection.answers(within: line.patience)
        guard answers.count >= questions.count else { throw StoreError("PostgreSQL did not answer") }
        return Array(answers.suffix(questions.count))
    }

    /// Leaves `statement` to be performed with the next question or the commit.
    func write(_ statement: PostgresStatement, _ parameters: [PostgresValue]) throws(StoreError) {
        guard let transaction else { throw StoreError("there is no transaction to write in") }
        try transaction.connection.send(statement, parameters)
    }

    /// As the transaction has found it, or as it is now.
    private func head(_ path: KeyPath<Head, Int64>, _ name: String) throws(StoreError) -> Int64 {
        if let transaction { return transaction.head[keyPath: path] }
        let rows = try ask(Self.selectState, [.text(name)])
        return rows.count == 0 ? 0 : try rows.int(0, 0)
    }

    // MARK: Pages

    func lastPage() throws(StoreError) -> Int64 {
        if let transaction { return transaction.head.lastPage }
        return try ask(Self.selectLast).int(0, 0)
    }

    func firstPage() throws(StoreError) -> Int64 { max(1, try head(\.firstPage, "first_page")) }

    /// In the transaction that runs.
    func setFirstPage(_ page: Int64) throws(StoreError) {
        transaction?.head.firstPage = page
        try write(Self.upsertState, [.text("first_page"), .int(page)])
    }

    func append(
        id: Int64, at: Timestamp, page: UnsafeRawBufferPointer, seal: UnsafeRawBufferPointer
    ) throws(StoreError) {
        try write(Self.insertPage, [.int(id), .int(at.milliseconds), .buffer(seal), .buffer(page)])
        appended = (id, Array(seal))
    }

    /// The first answer is small, as often one page is all that is wanted.
    private static let firstPages: Int64 = 16
    private static let mostPages: Int64 = 512

    func forEachPage(from id: Int64, _ body: (StoredPage) throws(StoreError) -> Bool) throws(StoreError) {
        var next = id
        var limit = Self.firstPages
        while true {
            let rows = try ask(Self.selectPages, [.int(next), .int(limit)])
            for row in 0..<rows.count {
                let page = try Self.page(in: rows, row)
                let goesOn = try body(page)
                // Once it has been found to fit.
                if page.id > lastSeen?.id ?? 0 { lastSeen = (page.id, page.seal) }
                guard goesOn else { return }
                next = page.id + 1
            }
            guard rows.count == limit else { return }
            limit = min(limit * 4, Self.mostPages)
        }
    }

    func forEachPage(backFrom id: Int64, _ body: (StoredPage) throws(StoreError) -> Bool) throws(StoreError) {
        var last = id
        var limit = Self.firstPages
        while true {
            let rows = try ask(Self.selectPagesBack, [.int(last), .int(limit)])
            for row in 0..<rows.count {
                let page = try Self.page(in: rows, row)
                guard try body(page) else { return }
                last = page.id - 1
            }
            guard rows.count == limit else { return }
            limit = min(limit * 4, Self.mostPages)
        }
    }

    private static func page(in rows: PostgresRows, _ row: Int) throws(StoreError) -> StoredPage {
        StoredPage(
            id: try rows.int(row, 0), at: Timestamp(milliseconds: try rows.int(row, 1)),
            bytes: rows.bytes(row, 3), seal: rows.bytes(row, 2))
    }

    func time(ofPage id: Int64) throws(StoreError) -> Timestamp? {
        let rows = try ask(Self.selectTime, [.int(id)])
        return rows.count == 0 ? nil : Timestamp(milliseconds: try rows.int(0, 0))
    }

    // MARK: Balances

    func balances(of accounts: [BudgetAccount]) throws(StoreError) -> [(balance: Balance, page: Int64)?] {
        let questions = accounts.map { [PostgresValue.name($0.name), .int($0.windowStart.milliseconds)] }
        return try askEach(Self.selectBalance, questions).map { rows throws(StoreError) in
            guard rows.count > 0 else { return nil }
            let balance = Balance(
                spent: Money(nanodollars: try rows.int(0, 0)), held: Money(nanodollars: try rows.int(0, 1)))
            return (balance, try rows.int(0, 2))
        }
    }

    func forEachBalance(_ body: (BudgetAccount, Balance, Int64) throws(StoreError) -> Void) throws(StoreError) {
        let rows = try ask(Self.selectBalances)
        for row in 0..<rows.count {
            let account = BudgetAccount(
                name: rows.text(row, 0), windowStart: Timestamp(milliseconds: try rows.int(row, 1)))
            let balance = Balance(
                spent: Money(nanodollars: try rows.int(row, 2)), held: Money(nanodollars: try rows.int(row, 3)))
            try body(account, balance, try rows.int(row, 4))
        }
    }

    func set(_ balance: Balance, of account: BudgetAccount, page: Int64) throws(StoreError) {
        try write(
            Self.upsertBalance,
            [
                .name(account.name), .int(account.windowStart.milliseconds), .int(balance.spent.nanodollars),
                .int(balance.held.nanodollars), .int(page),
            ])
    }

    /// Read anew when a change to budgets has been counted since.
    func budgetLimits() throws(StoreError) -> BudgetLimits {
        let edition = try head(\.budgetsEdition, "budgets_edition")
        guard edition != knownLimits.edition else { return knownLimits }
        let rows = try ask(Self.selectLimits)
        var limits: [String: Money] = [:]
        for row in 0..<rows.count { limits[rows.text(row, 0)] = Money(nanodollars: try rows.int(row, 1)) }
        knownLimits = BudgetLimits(edition: edition, limits)
        return knownLimits
    }

    // MARK: Where reading begins

    func replayFrom() throws(StoreError) -> Int64 {
        let page = try head(\.replayFrom, "replay_from")
        return page == 0 ? 1 : page
    }

    func setReplayFrom(_ page: Int64) throws(StoreError) {
        transaction?.head.replayFrom = page
        try write(Self.upsertState, [.text("replay_from"), .int(page)])
    }

    func keptHolds() throws(StoreError) -> [[UInt8]] {
        let rows = try ask(Self.selectHolds)
        return (0..<rows.count).map { rows.bytes($0, 0) }
    }

    func keep(_ hold: UnsafeRawBufferPointer, of attempt: AttemptID) throws(StoreError) {
        try write(Self.upsertHold, [.bytes(attempt.request.bytes), .int(attempt.number), .buffer(hold)])
    }

    func removeKept(_ attempt: AttemptID) throws(StoreError) {
        try write(Self.deleteHold, [.bytes(attempt.request.bytes), .int(attempt.number)])
    }

    // MARK: Top-ups

    func keep(_ topUp: TopUp) throws(StoreError) {
        try write(
            Self.insertTopUp,
            [
                .bytes(topUp.id.bytes), .name(topUp.wallet.name), .int(topUp.at.milliseconds),
                .int(topUp.amount.nanodollars), .optionalName(topUp.note),
            ])
    }

    func hasTopUp(_ id: RequestID) throws(StoreError) -> Bool {
        try ask(Self.selectTopUp, [.bytes(id.bytes)]).count > 0
    }

    func forEachTopUp(
        of wallet: BudgetAccount?, from start: Timestamp, _ body: (TopUp) throws(StoreError) -> Void
    ) throws(StoreError) {
        let rows = try ask(Self.selectTopUps, [.optionalName(wallet?.name), .int(start.milliseconds)])
        for row in 0..<rows.count {
            guard let id = RequestID(bytes: rows.bytes(row, 0)) else {
                throw StoreError("an id of a top-up is damaged")
            }
            try body(
                TopUp(
                    id: id, wallet: BudgetAccount(name: rows.text(row, 1), windowStart: Timestamp(seconds: 0)),
                    amount: Money(nanodollars: try rows.int(row, 3)), at: Timestamp(milliseconds: try rows.int(row, 2)),
                    note: rows.optionalText(row, 4)))
        }
    }

    // MARK: Sums

    func sums(of lines: [SpendingSum.Line]) throws(StoreError) -> [SpendingSum?] {
        guard !lines.isEmpty else { return [] }
        return try askEach(PostgresSums.select, lines.map(PostgresSums.values(of:))).map { rows throws(StoreError) in
            rows.count == 0 ? nil : try PostgresSums.sum(in: rows, row: 0)
        }
    }

    func set(_ sum: SpendingSum, of line: SpendingSum.Line) throws(StoreError) {
        try write(PostgresSums.upsert, PostgresSums.values(of: line) + PostgresSums.values(of: sum))
    }

    func forEachSum(
        in stretch: SpendingStretch, of key: String?,
        _ body: (SpendingSum.Line, SpendingSum) throws(StoreError) -> Void
    ) throws(StoreError) {
        let rows = try ask(
            PostgresSums.selectStretch,
            [
                .int(stretch.span.rawValue), .int(stretch.start.milliseconds), .int(stretch.end.milliseconds),
                .optionalName(key),
            ])
        for row in 0..<rows.count {
            try body(
                try PostgresSums.line(in: rows, row: row, span: stretch.span), try PostgresSums.sum(in: rows, row: row))
        }
    }

    func forEachCost(
        in stretch: SpendingStretch, _ body: (Timestamp, Money) throws(StoreError) -> Void
    ) throws(StoreError) {
        let rows = try ask(
            PostgresSums.selectCosts,
            [.int(stretch.span.rawValue), .int(stretch.start.milliseconds), .int(stretch.end.milliseconds)])
        for row in 0..<rows.count {
            try body(
                Timestamp(milliseconds: try rows.int(row, 0)), Money(nanodollars: try rows.int(row, 1)))
        }
    }

    func summedTo() throws(StoreError) -> Int64 { try head(\.summedTo, "summed_to") }

    func setSummedTo(_ page: Int64) throws(StoreError) {
        transaction?.head.summedTo = page
        try write(Self.upsertState, [.text("summed_to"), .int(page)])
    }

    // MARK: Statements

    private static let first = "coalesce((SELECT value FROM state WHERE name = 'first_page'), 1)"
    private static let selectHead = PostgresStatement(
        "head",
        """
        SELECT (SELECT max(id) FROM journal), (SELECT value FROM state WHERE name = 'replay_from'),
            (SELECT value FROM state WHERE name = 'summed_to'), (SELECT value FROM state WHERE name = 'budgets_edition'),
            (SELECT seal FROM journal ORDER BY id DESC LIMIT 1), floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint,
            (SELECT value FROM state WHERE name = 'first_page')
        """)
    private static let selectLast = PostgresStatement("last_page", "SELECT max(id) FROM journal")
    private static let selectSeal = PostgresStatement(
        "seal",
        """
        SELECT CASE WHEN $1 >= \(first) THEN (SELECT seal FROM journal WHERE id = $1) END
        WHERE $1 < \(first) OR EXISTS (SELECT 1 FROM journal WHERE id = $1)
        """)
    private static let insertPage = PostgresStatement("append", "INSERT INTO journal VALUES ($1, $2, $3, $4)")
    private static let selectPages = PostgresStatement(
        "pages", "SELECT id, at, seal, page FROM journal WHERE id >= greatest($1, \(first)) ORDER BY id LIMIT $2")
    private static let selectPagesBack = PostgresStatement(
        "pages_back",
        "SELECT id, at, seal, page FROM journal WHERE id <= $1 AND id >= \(first) ORDER BY id DESC LIMIT $2")
    private static let selectTime = PostgresStatement(
        "time", "SELECT at FROM journal WHERE id = $1 AND id >= \(first)")
    private static let selectBalance = PostgresStatement(
        "balance", "SELECT spent, held, page FROM balances WHERE account = $1 AND window_start = $2")
    private static let selectBalances = PostgresStatement(
        "balances", "SELECT account, window_start, spent, held, page FROM balances")
    private static let upsertBalance = PostgresStatement(
        "set_balance",
        """
        INSERT INTO balances VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account, window_start)
        DO UPDATE SET spent = excluded.spent, held = excluded.held, page = excluded.page
        """)
    private static let selectLimits = PostgresStatement("limits", "SELECT name, spend_limit FROM budgets")
    static let selectState = PostgresStatement("state", "SELECT value FROM state WHERE name = $1")
    static let upsertState = PostgresStatement(
        "set_state",
        "INSERT INTO state VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
    private static let selectHolds = PostgresStatement(
        "kept_holds", "SELECT hold FROM kept_holds ORDER BY request, attempt")
    private static let upsertHold = PostgresStatement(
        "keep_hold",
        """
        INSERT INTO kept_holds VALUES ($1, $2, $3) ON CONFLICT (request, attempt) DO UPDATE SET hold = excluded.hold
        """)
    private static let deleteHold = PostgresStatement(
        "remove_hold", "DELETE FROM kept_holds WHERE request = $1 AND attempt = $2")
    private static let insertTopUp = PostgresStatement("top_up", "INSERT INTO top_ups VALUES ($1, $2, $3, $4, $5)")
    private static let selectTopUp = PostgresStatement("has_top_up", "SELECT 1 FROM top_ups WHERE id = $1")
    private static let selectTopUps = PostgresStatement(
        "top_ups",
        """
        SELECT id, wallet, at, amount, note FROM top_ups
        WHERE ($1::bytea IS NULL OR wallet = $1) AND at >= $2 ORDER BY at, id
        """)
}
