import TuppenceCore
import TuppenceJournal
import TuppenceTesting

/// Where a world keeps its journal. The process opens it when it begins, and again after each crash.
public protocol JournalPlace {
    /// - Parameter window: that of the journal, which is small, so that balances and holds are stored and read again within one
    ///   world.
    func open(window: Int64) throws -> any OpenJournal
}

/// A journal that a process works with.
public protocol OpenJournal {
    func apply(_ operations: [LedgerOperation]) throws(StoreError) -> [LedgerOutcome]
    func verify() throws(StoreError) -> JournalVerification
}

/// In memory, which outlives the process that is played.
struct MemoryPlace: JournalPlace {
    private let rows = JournalRows()
    func open(window: Int64) -> any OpenJournal { Journal(rows, window: window) }
}

extension Journal: OpenJournal {
    public func verify() throws(StoreError) -> JournalVerification { try JournalVerification.check(storage) }
}

/// The journal that stores keep, beside the world's own ledger: it is asked the same and has to say the same, through every
/// crash, and its pages have to add up in the end.
struct JournalBeside {
    private let place: any JournalPlace
    private let window: Int64
    private var journal: any OpenJournal

    init(seed: UInt64, in place: any JournalPlace) throws {
        self.place = place
        window = 2 + Int64(seed % 40)
        journal = try place.open(window: window)
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
    mutating func crash() throws { journal = try place.open(window: window) }

    /// - Returns: what is wrong with the pages: a posting that does not sum to zero, a seal that does not fit, a balance
    ///   or an entry that is not the ledger's.
    func discrepancy(with ledger: InMemoryLedgerStore.Contents) -> String? {
        do throws(StoreError) {
            let found = try journal.verify()
            guard found.entries == ledger.entries.count, found.cost == ledger.cost,
                found.openHolds == ledger.holds.count
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
