import TuppenceCore
import TuppenceJournal

/// What a customer has left of what it paid in advance.
public struct WalletBalance: Hashable, Sendable {
    public let name: String
    /// Less what is held.
    public let left: Money
    public let held: Money

    public init(name: String, balance: Balance) {
        self.name = name
        left = .zero - balance.spent - balance.held
        held = balance.held
    }
}

extension SQLiteStore {
    /// Every wallet that was ever paid into or drawn on, by name.
    public func wallets() throws(StoreError) -> [WalletBalance] {
        try balances().compactMap { account, balance in
            guard account.isWallet else { return nil }
            return WalletBalance(
                name: String(account.name.dropFirst(BudgetAccount.walletPrefix.count)), balance: balance)
        }.sorted { $0.name < $1.name }
    }

    /// Calls `body` for each top-up from `start` on and before `end`, the oldest first.
    public func forEachTopUp(
        from start: Timestamp, until end: Timestamp, _ body: (TopUp) throws -> Void
    ) throws(StoreError) {
        try forEachRecord(since: start) { record in
            if case .topUp(let topUp) = record, topUp.at >= start, topUp.at < end { try body(topUp) }
        }
    }
}
