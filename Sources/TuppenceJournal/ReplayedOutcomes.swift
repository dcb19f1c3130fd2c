import TuppenceCore

/// How the attempts of a batch that is replayed have ended, read from the journal at one go: each by itself would be looked
/// for in the same pages.
struct ReplayedOutcomes {
    private var requests: Set<RequestID> = []
    private var outcomes: [AttemptID: AttemptOutcome] = [:]

    /// - Returns: nil where nothing is replayed; a batch is as its first operation.
    init?(_ operations: [LedgerOperation], in journal: Journal) throws(StoreError) {
        guard case .replayed? = operations.first else { return nil }
        for operation in operations {
            guard case .replayed(let inner) = operation, let attempt = inner.attempt else { continue }
            // A hold in force has no entry: it need not be looked for, however old it is.
            if case .settle = inner, journal.open.contains(attempt) { continue }
            requests.insert(attempt.request)
        }
        guard let oldest = requests.map(\.time).min() else { return }
        try journal.storage.forEachPage(from: try journal.firstPage(since: oldest)) { page throws(StoreError) in
            try PageReader.forEachRecord(in: page.bytes) { record throws(StoreError) in
                if case .entry(let entry, _) = record { add(entry) }
            }
            return true
        }
    }

    /// Whether all is known of `attempt`, what has not been booked included.
    func covers(_ attempt: AttemptID) -> Bool { requests.contains(attempt.request) }

    subscript(attempt: AttemptID) -> AttemptOutcome? { outcomes[attempt] }

    /// Takes in what is booked now, or was.
    mutating func add(_ entry: LedgerEntry) {
        if requests.contains(entry.attempt.request) { outcomes[entry.attempt] = entry.outcome }
    }
}

extension LedgerOperation {
    /// The attempt that it is about, if it is about one.
    fileprivate var attempt: AttemptID? {
        switch self {
        case .hold(let hold): hold.attempt
        case .settle(let settlement): settlement.entry.attempt
        case .note(let entry): entry.attempt
        case .topUp, .expire, .replayed: nil
        }
    }
}
