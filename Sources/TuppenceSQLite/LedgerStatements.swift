import GRDBSQLite
import TuppenceCore

/// The statements behind ``LedgerState``. Only the thread that holds the store's queue touches them.
final class LedgerStatements: @unchecked Sendable {
    fileprivate let begin, commit, rollback: SQLiteStatement
    fileprivate let selectBalance, upsertBalance: SQLiteStatement
    fileprivate let insertHold, deleteHold, selectExpired: SQLiteStatement
    fileprivate let insertEntry, selectOutcome: SQLiteStatement

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
        insertHold = try SQLiteStatement(
            "INSERT INTO holds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", on: connection)
        deleteHold = try SQLiteStatement("DELETE FROM holds WHERE request = ? AND attempt = ?", on: connection)
        selectExpired = try SQLiteStatement(
            "SELECT request, attempt, amount, expires_at, accounts, key, provider, model, endpoint FROM holds WHERE expires_at <= ?",
            on: connection)
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
            var state = SQLiteLedgerState(statements: self)
            let outcomes = try operations.map { try state.perform($0) }
            try state.writeBalances()
            try commit.run()
            return outcomes
        } catch {
            // Some errors (a full disk, say) have rolled back already; then this one has nothing to do.
            _ = try? rollback.run()
            throw error
        }
    }
}

/// One transaction's view of the ledger. Balances are read once and written once, however many operations touch them.
private struct SQLiteLedgerState: LedgerState {
    let statements: LedgerStatements
    private var balances: [BudgetAccount: Balance] = [:]
    private var changed: Set<BudgetAccount> = []

    init(statements: LedgerStatements) { self.statements = statements }

    mutating func balance(of account: BudgetAccount) throws -> Balance {
        if let known = balances[account] { return known }
        var balance = Balance()
        statements.selectBalance.bind(1, account.name)
        statements.selectBalance.bind(2, account.windowStart.milliseconds)
        try statements.selectBalance.forEachRow {
            balance = Balance(spent: Money(nanodollars: $0.int(0)), held: Money(nanodollars: $0.int(1)))
        }
        balances[account] = balance
        return balance
    }

    mutating func setBalance(_ balance: Balance, of account: BudgetAccount) {
        balances[account] = balance
        changed.insert(account)
    }

    func writeBalances() throws {
        for account in changed {
            guard let balance = balances[account] else { continue }
            let statement = statements.upsertBalance
            statement.bind(1, account.name)
            statement.bind(2, account.windowStart.milliseconds)
            statement.bind(3, balance.spent.nanodollars)
            statement.bind(4, balance.held.nanodollars)
            try statement.run()
        }
    }

    func insert(_ hold: Hold) throws -> Bool {
        let statement = statements.insertHold
        statement.bind(1, hold.attempt.request)
        statement.bind(2, hold.attempt.number)
        statement.bind(3, hold.amount.nanodollars)
        statement.bind(4, hold.expiresAt.milliseconds)
        statement.bind(5, AccountList.text(hold.claims))
        statement.bind(6, hold.key)
        statement.bind(7, hold.target.provider)
        statement.bind(8, hold.target.model)
        statement.bind(9, hold.endpoint)
        return try statement.run() == 1
    }

    func removeHold(of attempt: AttemptID) throws -> Bool {
        statements.deleteHold.bind(1, attempt.request)
        statements.deleteHold.bind(2, attempt.number)
        return try statements.deleteHold.run() == 1
    }

    func holdsExpiring(by time: Timestamp) throws -> [OpenHold] {
        var holds: [OpenHold] = []
        statements.selectExpired.bind(1, time.milliseconds)
        try statements.selectExpired.forEachRow { row in
            holds.append(
                OpenHold(
                    attempt: AttemptID(request: row.requestID(0), number: Int(row.int(1))),
                    amount: Money(nanodollars: row.int(2)), accounts: AccountList.accounts(row.text(4)),
                    expiresAt: Timestamp(milliseconds: row.int(3)), key: row.text(5),
                    target: Target(provider: row.text(6), model: row.text(7)), endpoint: row.text(8)))
        }
        return holds
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

    func outcome(of attempt: AttemptID) throws -> AttemptOutcome? {
        var outcome: AttemptOutcome?
        statements.selectOutcome.bind(1, attempt.request)
        statements.selectOutcome.bind(2, attempt.number)
        try statements.selectOutcome.forEachRow { outcome = AttemptOutcome(rawValue: $0.text(0)) }
        return outcome
    }
}

/// The accounts of a hold in one column: name, tab, start of the window; a line each. Names have neither in them.
enum AccountList {
    static func text(_ claims: [BudgetClaim]) -> String {
        if claims.isEmpty { return "" }
        return claims.map { "\(escaped($0.account.name))\t\($0.account.windowStart.milliseconds)" }.joined(
            separator: "\n")
    }

    static func accounts(_ text: String) -> [BudgetAccount] {
        text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard parts.count == 2, let start = Int64(parts[1]) else { return nil }
            return BudgetAccount(name: unescaped(parts[0]), windowStart: Timestamp(milliseconds: start))
        }
    }

    /// A user's name may hold anything, a tab included; percent signs carry it through.
    private static func escaped(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == 9 || $0 == 10 || $0 == UInt8(ascii: "%") }) else { return name }
        return name.map {
            $0 == "\t" ? "%09" : $0 == "\n" ? "%0A" : $0 == "\r\n" ? "\r%0A" : $0 == "%" ? "%25" : String($0)
        }.joined()
    }

    private static func unescaped(_ name: Substring) -> String {
        guard name.utf8.contains(UInt8(ascii: "%")) else { return String(name) }
        var parts = name.split(separator: "%", omittingEmptySubsequences: false)
        var result = String(parts.removeFirst())
        for part in parts {
            let code = part.prefix(2)
            result += (code == "09" ? "\t" : code == "0A" ? "\n" : "%") + part.dropFirst(2)
        }
        return result
    }
}
