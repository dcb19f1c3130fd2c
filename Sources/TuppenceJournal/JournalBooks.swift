import TuppenceCore

/// Looks things up in a journal that another writes.
///
/// Belongs to one thread at a time, as does its storage, which is only read.
public final class JournalBooks {
    private let storage: any JournalStorage
    private var journal: Journal

    /// The last page when `journal` was begun.
    private var begun: Int64 = 0

    /// Beyond this many new pages a journal is begun anew, from the balances that are stored: it keeps all that have changed
    /// since it was begun, for it stores none.
    private static let longestReading: Int64 = 16_384

    public init(_ storage: any JournalStorage) {
        self.storage = storage
        journal = Journal(storage)
    }

    private func catchUp() throws(StoreError) {
        let last = try storage.lastPage()
        if last - begun > Self.longestReading {
            journal = Journal(storage)
            begun = last
        }
        try journal.catchUp()
    }

    // MARK: Holds

    /// The hold of an attempt, and what has been booked for it; nil where there is none.
    public func hold(_ attempt: AttemptID) throws(StoreError) -> FoundHold? {
        try catchUp()
        if let hold = journal.openHold(attempt) {
            return FoundHold(hold: hold, entry: nil, late: nil, page: journal.lastPage)
        }
        let lateID = AttemptID(request: attempt.request, number: attempt.number + AttemptID.lateOffset)
        var hold: OpenHold?
        var entry: LedgerEntry?
        var late: LedgerEntry?
        try forEachPage(about: attempt.request, isFound: { hold != nil }) { page throws(StoreError) in
            try PageReader.forEachRecord(in: page) { record throws(StoreError) in
                switch record {
                case .hold(let found): if found.attempt == attempt { hold = found }
                case .entry(let found, _):
                    if found.attempt == attempt { entry = found }
                    if found.attempt == lateID { late = found }
                case .topUp: break
                }
            }
            // An attempt that has expired may have a second entry.
            return late == nil && (entry == nil || entry?.outcome == .expired)
        }
        return hold.map { FoundHold(hold: $0, entry: entry, late: late, page: journal.lastPage) }
    }

    /// On whose behalf a request was made; nil where the books have none of this id.
    public func attribution(of request: RequestID) throws(StoreError) -> Attribution? {
        try catchUp()
        if let hold = journal.openHold(AttemptID(request: request, number: 1)) { return hold.attribution }
        var attribution: Attribution?
        try forEachPage(about: request, isFound: { false }) { page throws(StoreError) in
            try PageReader.forEachRecord(in: page) { record throws(StoreError) in
                switch record {
                case .hold(let found): if found.attempt.request == request { attribution = found.attribution }
                case .entry(let found, _): if found.attempt.request == request { attribution = found.attribution }
                case .topUp: break
                }
            }
            return attribution == nil
        }
        return attribution
    }

    /// Calls `body` with the pages that say something of `request`, until it returns false; or until it would have come into
    /// the journal, where nothing of it `isFound`.
    private func forEachPage(
        about request: RequestID, isFound: () -> Bool, _ body: ([UInt8]) throws(StoreError) -> Bool
    ) throws(StoreError) {
        // A page's time is never before that of a hold in it: it is found at once, or is not there.
        let first = try journal.firstPage(since: request.time)
        var end = request.time + Journal.longestWay
        var isFirst = true
        try storage.forEachPage(from: first) { page throws(StoreError) in
            // Times of pages never go back, so a clock that was ahead once leaves all of them ahead.
            if isFirst { end = max(end, page.at + Journal.longestWay) }
            isFirst = false
            if page.at > end && !isFound() { return false }
            guard Journal.contains(request, in: page.bytes) else { return true }
            return try body(page.bytes)
        }
    }

    /// The holds of `key` that are in force, the oldest first.
    public func openHolds(of key: String) throws(StoreError) -> [OpenHold] {
        try catchUp()
        return journal.openHolds.filter { $0.key.hasSameBytes(as: key) }
    }

    public func balance(of account: BudgetAccount) throws(StoreError) -> Balance {
        try catchUp()
        return try journal.balance(of: account)
    }

    // MARK: Spending

    /// What `key` has spent: of all time, and in the day and the month that `now` lies in.
    public func spending(of key: String, at now: Timestamp) throws(StoreError) -> KeySpending {
        try catchUp()
        var spending = KeySpending()
        let month = SpendingSpan.month.start(containing: now)
        let all = SpendingStretch(span: .month, start: Timestamp(milliseconds: .min), end: .distantFuture)
        try journal.forEachSum(in: all, of: key) { line, sum throws(StoreError) in
            spending.total.add(sum.spending)
            if line.start == month { spending.addToMonth(sum.spending, of: line.subject.target) }
        }
        let day = SpendingSpan.day.start(containing: now)
        let today = SpendingStretch(span: .day, start: day, end: day + .seconds(1))
        try journal.forEachSum(in: today, of: key) { _, sum throws(StoreError) in spending.today.add(sum.spending) }
        return spending
    }
}
