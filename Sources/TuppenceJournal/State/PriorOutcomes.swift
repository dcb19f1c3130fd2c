import TuppenceCore

/// How attempts of a batch have ended whose holds are not in force any more, or which are replayed, read from the journal at one
/// go: each by itself would be looked for in the same pages.
///
/// Pages are never changed, so all but those since can be read before anybody is kept from writing.
public struct PriorOutcomes {
    private var requests: Set<RequestID> = []
    private var outcomes: [AttemptID: AttemptOutcome] = [:]
    /// The last page that has been read for them.
    private var lastPage: Int64 = 0

    public init() {}

    /// Reads what the journal says of those attempts, of those known already what it says since. After ``Journal/catchUp()``.
    public mutating func read(_ operations: [LedgerOperation], in journal: Journal) throws(StoreError) {
        if !requests.isEmpty { try readOn(from: lastPage + 1, in: journal) }
        let new = journal.requestsToLookUp(operations).subtracting(requests)
        guard let oldest = new.map(\.time).min() else { return }
        requests.formUnion(new)
        try readOn(from: try journal.firstPage(since: oldest), in: journal)
    }

    private mutating func readOn(from first: Int64, in journal: Journal) throws(StoreError) {
        lastPage = journal.lastPage
        guard first <= lastPage else { return }
        try journal.storage.forEachPage(from: first) { page throws(StoreError) in
            guard mayBeAbout(page.bytes) else { return true }
            try PageReader.forEachRecord(in: page.bytes) { record throws(StoreError) in
                if case .entry(let entry, _) = record { add(entry) }
            }
            return true
        }
    }

    /// Few are looked for sooner than records are read.
    private func mayBeAbout(_ page: [UInt8]) -> Bool {
        requests.count > 8 || requests.contains { Journal.contains($0, in: page) }
    }

    /// Whether all is known of `attempt`, what has not been booked included.
    func covers(_ attempt: AttemptID) -> Bool { !requests.isEmpty && requests.contains(attempt.request) }

    subscript(attempt: AttemptID) -> AttemptOutcome? { outcomes[attempt] }

    /// Takes in what is booked now, or was.
    mutating func add(_ entry: LedgerEntry) {
        if covers(entry.attempt) { outcomes[entry.attempt] = entry.outcome }
    }
}

extension Journal {
    /// Whether the journal has to be looked through for some of `operations`, as far as is known here.
    public func looksBack(for operations: [LedgerOperation]) -> Bool { !requestsToLookUp(operations).isEmpty }

    /// Those whose attempts may have ended in pages before.
    func requestsToLookUp(_ operations: [LedgerOperation]) -> Set<RequestID> {
        var attempts: [AttemptID] = []
        for operation in operations {
            switch operation {
            case .settle(let settlement):
                // What somebody has seen of it already need not be looked for, nor a hold in force, which has no entry.
                if settlement.sighting == nil && !open.contains(settlement.hold.attempt) {
                    attempts.append(settlement.hold.attempt)
                }
            case .replayed(.settle(let settlement)):
                if !open.contains(settlement.hold.attempt) { attempts.append(settlement.hold.attempt) }
            case .replayed(.hold(let hold)): attempts.append(hold.attempt)
            case .replayed(.note(let entry)): attempts.append(entry.attempt)
            case .hold, .expire, .topUp, .note, .replayed: continue
            }
        }
        guard !attempts.isEmpty else { return [] }
        // Nor one that is only placed now.
        var placed: Set<AttemptID> = []
        for case .hold(let hold) in operations { placed.insert(hold.attempt) }
        return Set(attempts.filter { !placed.contains($0) }.map(\.request))
    }
}
