import TuppenceCore
import TuppenceTesting

/// What is admitted while the store cannot be written, held against what each budget allows.
extension Auditor {
    mutating func outageBegan() { allowed = [:] }

    /// The store has taken in some of it and fails again: what it has is no allowance's any more.
    mutating func outageGoesOn(_ ledger: InMemoryLedgerStore.Contents) {
        allowed = [:]
        for (id, record) in attempts where record.isAllowed {
            if ledger.hasHold(of: id) || ledger.outcome(of: id) != nil {
                attempts[id]?.isAllowed = false
                continue
            }
            for account in record.accounts {
                allowed?[account.name, default: 0] += record.isBooked ? record.cost : record.amount
            }
        }
    }

    /// Told of a hold in an outage, before it counts.
    mutating func admitted(_ attempt: AttemptID, _ record: AttemptRecord) {
        guard allowed != nil else { return }
        figures.allowed += 1
        if let lacking = lackingAllowance(for: record) {
            object("attempt \(attempt.text) was admitted without the store, and \(lacking) does not allow it")
        }
        for account in record.accounts { allowed?[account.name, default: 0] += record.amount }
        attempts[attempt]?.isAllowed = true
    }

    mutating func settledInOutage(_ record: AttemptRecord, cost: Int64) {
        guard allowed != nil, record.isAllowed else { return }
        for account in record.accounts where allowed?[account.name] != nil {
            allowed?[account.name]? += cost - record.amount
        }
    }

    /// Only what some budget does not allow is refused; a settlement never is.
    mutating func refused(_ operation: LedgerOperation) {
        guard case .hold(let hold) = operation else { return object("\(operation) was refused without the store") }
        guard let record = attempts[hold.attempt] else { return }
        figures.refused += 1
        if lackingAllowance(for: record) == nil {
            object("attempt \(hold.attempt.text) was refused without the store, and every budget allows it")
        }
    }

    private func lackingAllowance(for record: AttemptRecord) -> String? {
        record.accounts.first { account in
            guard let allowance = books[account]?.plan.allowance else { return true }
            return (allowed?[account.name] ?? 0) + record.amount > allowance
        }?.name
    }

    /// Nothing is lost, and nothing counts twice.
    mutating func replayed(
        _ ledger: InMemoryLedgerStore.Contents, expecting expected: InMemoryLedgerStore.Contents
    ) {
        allowed = nil
        for id in attempts.keys { attempts[id]?.isAllowed = false }
        if ledger.entries != expected.entries {
            object("\(ledger.entries.count) entries are there after an outage, not \(expected.entries.count)")
        }
        if ledger.holds != expected.holds {
            object("\(ledger.holds.count) holds are in force after an outage, not \(expected.holds.count)")
        }
        for (account, balance) in expected.balances where ledger.balance(of: account) != balance {
            object("\(account.name) is at \(ledger.balance(of: account)) after an outage, not at \(balance)")
        }
    }
}
