import TuppenceCore
import TuppenceJournal
import TuppenceTesting

/// The journal that the embedded store keeps, beside the world's own ledger: it is asked the same and has to say the same,
/// through every crash, and its pages have to add up in the end.
struct JournalBeside {
    private let rows = JournalRows()
    /// Small, so that balances and holds are stored and read again within one world.
    private let window: Int64
    private var journal: Journal

    init(seed: UInt64) {
        window = 2 + Int64(seed % 40)
        journal = Journal(rows, window: window)
    }

    /// - Returns: what is wrong, if it did something else than `expected`.
    func perform(_ operation: LedgerOperation, expecting expected: LedgerOutcome) -> String? {
        do throws(StoreError) {
            let outcome = try journal.apply([operation])
            return outcome == [expected] ? nil : "the journal answered \(operation) with \(outcome), not \(expected)"
        } catch {
            return "the journal could not perform \(operation): \(error)"
        }
    }

    /// The process dies; the pages stay.
    mutating func crash() { journal = Journal(rows, window: window) }

    /// - Returns: what is wrong with the pages: a posting that does not sum to zero, a seal that does not fit, a balance
    ///   or an entry that is not the ledger's.
    func discrepancy(with ledger: InMemoryLedgerStore.Contents) -> String? {
        do throws(StoreError) {
            let found = try JournalVerification.check(rows)
            guard found.entries == ledger.entries.count, found.cost == ledger.cost, found.openHolds == ledger.holds.count
            else { return "the journal has \(found.entries) entries of \(found.cost), \(found.openHolds) holds" }
            for (account, balance) in ledger.balances where found.balance(of: account) != balance {
                return "the journal's pages do not add up to the balance of \(account.name)"
            }
            return nil
        } catch {
            return "the journal does not verify: \(error)"
        }
    }
}
