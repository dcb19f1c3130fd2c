import TuppenceCore
import TuppenceJournal

/// All that the books say of one request.
package struct RequestRecords: Sendable {
    package struct Attempt: Sendable {
        package let entry: LedgerEntry
        /// What was set aside for it; nil where nothing was, as for an answer from the cache.
        package let held: Money?
        package let heldPrice: Money?
        /// Whether its hold was in force until then.
        package let isInTime: Bool
        package let accounts: [BudgetAccount]
        /// How its cost came about; nil where its prices have changed since.
        package let bill: RateCard.Bill?
    }

    /// In the order in which they were booked.
    package let attempts: [Attempt]
    /// What is still set aside.
    package let open: [OpenHold]

    init(_ records: [JournalRecord], prices: PriceBook) {
        var (attempts, open): ([Attempt], [OpenHold]) = ([], [])
        for record in records {
            switch record {
            case .hold(let hold): open.append(hold)
            case .entry(let entry, let closing):
                open.removeAll { $0.attempt == entry.attempt }
                let rates = prices.listing(of: entry.target)?.rates
                let isAlike = rates?.version == entry.rateCardVersion
                attempts.append(
                    Attempt(
                        entry: entry, held: closing.accounts.isEmpty && closing.amount == .zero ? nil : closing.amount,
                        heldPrice: closing.price, isInTime: closing.releases, accounts: closing.accounts,
                        bill: isAlike ? rates?.bill(of: entry.usage, comingTo: entry.cost) : nil))
            case .topUp: break
            }
        }
        self.attempts = attempts
        self.open = open
    }

    package var isEmpty: Bool { attempts.isEmpty && open.isEmpty }
}
