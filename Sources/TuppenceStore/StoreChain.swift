import TuppenceCore
import TuppenceJournal

/// A ledger with the archives of what was taken away from it: all of its requests, or those from some page on.
public struct StoreChain {
    /// The oldest first; each begins where the one before it ends.
    private let stores: [any Store]

    /// - Parameter archives: in any order.
    /// - Throws: where one of them does not end at the beginning of another or of `store`.
    public init(_ store: any Store, archives: [any Store]) throws(StoreError) {
        var stores = [store]
        var left: [(store: any Store, seal: [UInt8]?)] = []
        for archive in archives { left.append((archive, try archive.lastSeal())) }
        while !left.isEmpty {
            let beginning = try stores[0].journalCheckpoint()?.seal
            guard let beginning, let place = left.firstIndex(where: { $0.seal == beginning }) else {
                throw StoreError(
                    "The archives that were named are not all of this ledger: each has to end where the next part begins, and be named once. 'tuppence ledger verify' prints the seals by which that is told."
                )
            }
            stores.insert(left.remove(at: place).store, at: 0)
        }
        self.stores = stores
    }

    /// What the oldest of them begins with, if pages were taken away from that, too.
    public func journalCheckpoint() throws(StoreError) -> JournalCheckpoint? { try stores[0].journalCheckpoint() }

    /// Calls `body` with every entry that was booked from `start` on, in the order in which they were.
    public func forEachEntry(from start: Timestamp, _ body: (LedgerEntry) throws -> Void) throws(StoreError) {
        for store in stores { try store.forEachEntry(from: start, body) }
    }
}

extension Store {
    /// The seal of the last page; nil where there is none.
    fileprivate func lastSeal() throws(StoreError) -> [UInt8]? {
        try reading { journal in
            var seal: [UInt8]?
            try journal.storage.forEachPage(backFrom: .max) { page throws(StoreError) in
                seal = page.seal
                return false
            }
            return seal
        }
    }
}
