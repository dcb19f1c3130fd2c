import TuppenceCore

/// The page that was sent last, for as long as nobody knows whether it is there, and what it has booked if it turns out to be.
///
/// Whoever asked is going to ask again, and is told then what the lost answer said: of a threshold that was passed nobody would
/// hear otherwise, as the settlement that passed it is booked already.
struct UnansweredCommit {
    private var seal: [UInt8]?
    private var booked: [AttemptID: (entry: LedgerEntry, found: BookedEntry)] = [:]
    /// By the transaction that runs.
    private var taken: [AttemptID] = []

    /// A page with this seal is about to be committed.
    mutating func sent(_ seal: [UInt8]) { self.seal = seal }

    /// Whether it is this page, read back.
    func isOf(_ page: StoredPage) -> Bool { seal == page.seal }

    mutating func add(_ entry: LedgerEntry, _ found: BookedEntry) { booked[entry.attempt] = (entry, found) }

    /// - Returns: nil where no such entry was booked without an answer, or where that has been told.
    mutating func take(_ entry: LedgerEntry) -> BookedEntry? {
        guard let known = booked[entry.attempt], known.entry == entry else { return nil }
        taken.append(entry.attempt)
        return known.found
    }

    // MARK: The transaction that runs

    /// All pages were read before it, so that what has not been found is not there.
    mutating func commit() {
        seal = nil
        for attempt in taken { booked[attempt] = nil }
        taken.removeAll(keepingCapacity: true)
    }

    mutating func rollBack() { taken.removeAll(keepingCapacity: true) }
}
