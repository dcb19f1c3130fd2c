import TuppenceCore

/// Balances that are not known yet are read together: a storage may be far away.
extension Journal {
    /// After ``catchUp()``.
    func readBalances(of operations: [LedgerOperation]) throws(StoreError) {
        var unknown: Set<BudgetAccount> = []
        for operation in operations { note(operation, in: &unknown) }
        try read(unknown)
    }

    private func note(_ operation: LedgerOperation, in unknown: inout Set<BudgetAccount>) {
        switch operation {
        case .hold(let hold): for claim in hold.claims { note(claim.account, in: &unknown) }
        case .settle(let settlement): for claim in settlement.hold.claims { note(claim.account, in: &unknown) }
        case .topUp(let topUp): note(topUp.wallet, in: &unknown)
        case .replayed(let operation): note(operation, in: &unknown)
        case .expire, .note: break
        }
    }

    func readBalances(of records: [JournalRecord]) throws(StoreError) {
        var unknown: Set<BudgetAccount> = []
        for record in records {
            switch record {
            case .hold(let hold): for account in hold.accounts { note(account, in: &unknown) }
            case .entry(_, let closing): for account in closing.accounts { note(account, in: &unknown) }
            case .topUp(let topUp): note(topUp.wallet, in: &unknown)
            }
        }
        try read(unknown)
    }

    private func note(_ account: BudgetAccount, in unknown: inout Set<BudgetAccount>) {
        if balances[account] == nil { unknown.insert(account) }
    }

    func read(_ accounts: Set<BudgetAccount>) throws(StoreError) {
        guard !accounts.isEmpty else { return }
        let accounts = Array(accounts)
        for (account, stored) in zip(accounts, try storage.balances(of: accounts)) {
            balances.add(stored?.balance ?? Balance(), of: account, asOf: stored?.page ?? 0)
        }
    }
}
