import TuppenceCore
import TuppenceJournal

extension Store {
    /// Every wallet that was ever paid into or drawn on, by name.
    public func wallets() throws(StoreError) -> [WalletBalance] {
        try balances().compactMap { account, balance in
            guard account.isWallet else { return nil }
            return WalletBalance(
                name: String(account.name.dropFirst(BudgetAccount.walletPrefix.count)), balance: balance)
        }.sorted { $0.name < $1.name }
    }

    /// What was paid into `wallet` under `id`; nil where nothing was.
    public func topUp(_ id: RequestID, into wallet: BudgetAccount) throws(StoreError) -> TopUp? {
        try reading { journal in
            var found: TopUp?
            try journal.storage.forEachTopUp(of: wallet, from: Timestamp(milliseconds: .min)) {
                topUp throws(StoreError) in if topUp.id == id { found = topUp }
            }
            return found
        }
    }

    /// What a customer's statement is made of, from `start` on: all sums of days and all top-ups that are its, and its wallet as it
    /// is now, where it has one. Figures of one moment.
    public func readAccount(
        of customer: String, from start: Timestamp,
        sum: (SpendingSum.Line, SpendingSum) -> Void, topUp: (TopUp) -> Void
    ) throws(StoreError) -> WalletBalance? {
        try reading { journal in
            try journal.catchUp()
            let days = SpendingStretch(
                span: .day, start: SpendingSpan.day.start(containing: start), end: .distantFuture)
            try journal.forEachSum(in: days) { line, found throws(StoreError) in
                if line.subject.customer?.hasSameBytes(as: customer) == true { sum(line, found) }
            }
            let wallet = BudgetAccount.wallet(customer)
            var hasWallet = false
            try journal.storage.forEachTopUp(of: wallet, from: Timestamp(milliseconds: .min)) {
                found throws(StoreError) in
                hasWallet = true
                if found.at >= start { topUp(found) }
            }
            let balance = try journal.balance(of: wallet)
            return hasWallet || balance != Balance() ? WalletBalance(name: customer, balance: balance) : nil
        }
    }
}
