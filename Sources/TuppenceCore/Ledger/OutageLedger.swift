/// What is granted and settled while the store cannot be written: what has changed since its last word, and what of that
/// budgets allow.
///
/// A value without I/O that decides by the rules of ``LedgerState``. Whoever owns it writes down what it has changed
/// before anybody is told, then says ``commit()``, or else ``rollBack()``. Nothing expires in it: a hold stands until it is
/// settled, or until the store is back and ends it.
public struct OutageLedger: Sendable {
    /// What has been added to balances.
    private var changes: [BudgetAccount: Balance] = [:]
    /// The holds that were granted here and are in force.
    private var holds: [AttemptID: OpenHold] = [:]
    /// The holds of the store that were settled here.
    private var released: Set<AttemptID> = []
    private var outcomes: [AttemptID: AttemptOutcome] = [:]
    /// What has been held and spent of allowances, by the names of accounts: a window that begins renews none.
    private var used: [String: Money] = [:]
    /// How many holds were granted here.
    public private(set) var admitted = 0

    /// How things were before the present batch.
    private enum Before {
        case balance(BudgetAccount, Balance?)
        case hold(AttemptID, OpenHold?)
        case released(AttemptID)
        case outcome(AttemptID)
        case used(String, Money?)
        case admitted(Int)
    }

    private var undo: [Before] = []

    public init() {}

    /// - Parameter store: what balances and holds were before; asked for what `operation` concerns only.
    /// - Throws: if budgets do not allow it, or it cannot be told whether they do. Nothing has changed then.
    public mutating func perform(
        _ operation: LedgerOperation, over store: some LastKnownLedger
    ) throws(StoreError) -> LedgerOutcome {
        switch operation {
        case .hold(let hold): return try grant(hold, over: store)
        case .settle(let settlement):
            do throws(StoreError) {
                let outcome = try byRules(operation, over: store)
                return limited(outcome, settlement.hold.claims)
            } catch {
                // What the store has is not known. The truth gets in all the same; what it released stays held until then.
                guard outcomes[settlement.hold.attempt] == nil else { return .alreadySettled }
                end(settlement.hold.attempt, as: settlement.entry.outcome)
                return .settled(remaining: nil, late: false)
            }
        case .note, .replayed: return try byRules(operation, over: store)
        case .expire: return .expired(count: 0)
        case .topUp: throw StoreError("the store cannot be written, and wallets are paid into there only")
        }
    }

    // MARK: Allowances

    /// Granted if every budget allows it, by its allowance and by what the store said last.
    private mutating func grant(_ hold: Hold, over store: some LastKnownLedger) throws(StoreError) -> LedgerOutcome {
        if holds[hold.attempt] == nil { try checkAllowed(hold) }
        let outcome = try byRules(.hold(hold), over: store)
        return limited(outcome, hold.claims)
    }

    private func checkAllowed(_ hold: Hold) throws(StoreError) {
        guard !hold.claims.isEmpty else {
            throw StoreError("no budget allows anything while the store cannot be written")
        }
        guard hold.attribution.endpoint != MeteredHold.endpoint else {
            throw StoreError("a hold that its program settles has to be found in the store")
        }
        for claim in hold.claims {
            guard let left = left(of: claim) else {
                throw StoreError("'\(claim.account.name)' allows nothing while the store cannot be written")
            }
            guard hold.amount <= left else {
                throw StoreError("'\(claim.account.name)' has \(left) left of what it allows, \(hold.amount) is needed")
            }
        }
    }

    /// What is left of an allowance; nil where there is none.
    private func left(of claim: BudgetClaim) -> Money? {
        claim.rule.allowance.map { max(.zero, $0 - (used[claim.account.name] ?? .zero)) }
    }

    /// What is left is no more than what allowances leave.
    private func limited(_ outcome: LedgerOutcome, _ claims: [BudgetClaim]) -> LedgerOutcome {
        func least(_ remaining: Money?) -> Money? {
            remaining.map { claims.reduce($0) { min($0, left(of: $1) ?? $0) } }
        }
        return switch outcome {
        case .held(let remaining, let warnings): .held(remaining: least(remaining), warnings: warnings)
        case .settled(let remaining, let late, let warnings):
            .settled(remaining: least(remaining), late: late, warnings: warnings)
        default: outcome
        }
    }

    // MARK: Batches

    /// Keeps what has changed since the last time: it is written down.
    public mutating func commit() { undo.removeAll(keepingCapacity: true) }

    /// Takes back what has changed since ``commit()``.
    public mutating func rollBack() { rollBack(to: 0) }

    private mutating func rollBack(to mark: Int) {
        while undo.count > mark, let before = undo.popLast() {
            switch before {
            case .balance(let account, let balance): changes[account] = balance
            case .hold(let attempt, let hold): holds[attempt] = hold
            case .released(let attempt): released.remove(attempt)
            case .outcome(let attempt): outcomes[attempt] = nil
            case .used(let name, let money): used[name] = money
            case .admitted(let count): admitted = count
            }
        }
    }

    private mutating func byRules(
        _ operation: LedgerOperation, over store: some LastKnownLedger
    ) throws(StoreError) -> LedgerOutcome {
        let mark = undo.count
        // Moved in and out again, so that no dictionary is copied.
        var state = OutageState(store: store)
        swap(&state.ledger, &self)
        let result = Result { try state.perform(operation) }
        swap(&state.ledger, &self)
        do { return try result.get() } catch {
            rollBack(to: mark)
            throw (error as? StoreError) ?? StoreError("\(error)")
        }
    }

    // MARK: What the rules change

    fileprivate func change(of account: BudgetAccount) -> Balance { changes[account] ?? Balance() }

    fileprivate mutating func change(_ account: BudgetAccount, held: Money, spent: Money) -> Balance {
        let before = changes[account]
        undo.append(.balance(account, before))
        var change = before ?? Balance()
        _ = change.add(held: held, spent: spent)
        changes[account] = change
        return change
    }

    fileprivate func has(_ attempt: AttemptID) -> Bool { holds[attempt] != nil }
    fileprivate func hasReleased(_ attempt: AttemptID) -> Bool { released.contains(attempt) }
    fileprivate func outcome(of attempt: AttemptID) -> AttemptOutcome? { outcomes[attempt] }

    fileprivate mutating func insert(_ hold: OpenHold) {
        undo.append(.hold(hold.attempt, nil))
        holds[hold.attempt] = hold
        undo.append(.admitted(admitted))
        admitted += 1
        for account in hold.accounts where !account.isWallet { use(hold.amount, of: account) }
    }

    /// - Returns: the hold; nil if it was not granted here.
    fileprivate mutating func remove(_ attempt: AttemptID) -> OpenHold? {
        guard let hold = holds.removeValue(forKey: attempt) else { return nil }
        undo.append(.hold(attempt, hold))
        for account in hold.accounts where !account.isWallet { use(.zero - hold.amount, of: account) }
        return hold
    }

    fileprivate mutating func release(_ attempt: AttemptID) {
        undo.append(.released(attempt))
        released.insert(attempt)
    }

    fileprivate mutating func end(_ attempt: AttemptID, as outcome: AttemptOutcome) {
        undo.append(.outcome(attempt))
        outcomes[attempt] = outcome
    }

    fileprivate mutating func use(_ amount: Money, of account: BudgetAccount) {
        let before = used[account.name]
        undo.append(.used(account.name, before))
        used[account.name] = (before ?? .zero) + amount
    }
}

/// An outage's view of the ledger: the store's last word, and what has changed since.
private struct OutageState<Store: LastKnownLedger>: LedgerState {
    let store: Store
    var ledger = OutageLedger()
    /// The hold that is being settled, if it was granted here: what it cost counts against allowances.
    private var settling: OpenHold?

    init(store: Store) { self.store = store }

    func balance(of account: BudgetAccount) throws -> Balance {
        var balance = try store.lastKnownBalance(of: account)
        let change = ledger.change(of: account)
        return balance.add(held: change.held, spent: change.spent)
    }

    mutating func setBalance(_ balance: Balance, of account: BudgetAccount) throws {
        let known = try self.balance(of: account)
        _ = ledger.change(account, held: balance.held - known.held, spent: balance.spent - known.spent)
    }

    mutating func add(held: Money, spent: Money, to account: BudgetAccount) throws -> Balance {
        _ = ledger.change(account, held: held, spent: spent)
        return try balance(of: account)
    }

    func hasHold(of attempt: AttemptID) throws -> Bool {
        if ledger.has(attempt) { return true }
        return try !ledger.hasReleased(attempt) && store.lastKnowsHold(of: attempt)
    }

    mutating func insert(_ hold: Hold) { ledger.insert(OpenHold(hold)) }

    mutating func removeHold(of attempt: AttemptID) throws -> Bool {
        // One that has ended and stays held, as its store could not be asked, has ended all the same.
        if ledger.outcome(of: attempt) != nil { return false }
        settling = ledger.remove(attempt)
        if settling != nil { return true }
        guard !ledger.hasReleased(attempt), try store.lastKnowsHold(of: attempt) else { return false }
        ledger.release(attempt)
        return true
    }

    /// The store ends them, once it can.
    func holdsExpiring(by time: Timestamp) -> [OpenHold] { [] }

    mutating func append(_ entry: LedgerEntry, closing hold: ClosedHold) throws -> Bool {
        guard ledger.outcome(of: entry.attempt) == nil else { return false }
        // What was in force until now has no entry; what was not may have one in the store.
        if case .settled(_, releases: false) = hold, try store.lastKnownOutcome(of: entry.attempt) != nil {
            return false
        }
        ledger.end(entry.attempt, as: entry.outcome)
        for account in settling?.accounts ?? [] where !account.isWallet { ledger.use(entry.cost, of: account) }
        settling = nil
        return true
    }

    mutating func append(_ topUp: TopUp) throws -> Bool {
        throw StoreError("wallets are paid into the store only")
    }

    func outcome(of attempt: AttemptID) throws -> AttemptOutcome? {
        try ledger.outcome(of: attempt) ?? store.lastKnownOutcome(of: attempt)
    }
}
