import TuppenceCore
import TuppenceJournal

/// What people ask the books, outside the data path.
extension Store {
    /// The latest entries before `place` that `isWanted`, newest first.
    ///
    /// - Parameters:
    ///   - place: that of an entry, which is not among them; nil for the end of the ledger.
    ///   - since: those booked before it are not looked for.
    ///   - until: nor those booked at it or later. Where clocks have gone back by more than a minute some may be missed.
    ///   - bytes: how much of the ledger is looked through, about, where few entries are wanted: then
    ///     ``LedgerStretch/next`` says where to go on.
    public func stretch(
        before place: LedgerPlace? = nil, since: Timestamp? = nil, until: Timestamp? = nil, limit: Int,
        reading bytes: Int = .max, where isWanted: (LedgerEntry) -> Bool = { _ in true }
    ) throws(StoreError) -> LedgerStretch {
        try reading { journal in
            var search = StretchSearch(before: place, since: since, until: until, limit: limit, bytes: bytes)
            // Nothing of a page is before its first entry.
            var last = place.map { $0.index == 0 ? $0.page - 1 : $0.page } ?? .max
            if let until {
                try journal.catchUp()
                last = min(last, try journal.firstPage(since: until + StretchSearch.disorder))
            }
            try journal.storage.forEachPage(backFrom: last) { page throws(StoreError) in
                try search.look(at: page, for: isWanted)
            }
            return search.found
        }
    }

    /// The latest entries, newest first.
    public func entries(limit: Int) throws(StoreError) -> [LedgerEntry] { try stretch(limit: limit).lines.map(\.entry) }

    /// The entries of one request, in the order in which they were booked.
    public func lines(of request: RequestID) throws(StoreError) -> [LedgerStretch.Line] {
        try reading { journal in
            try journal.catchUp()
            var lines: [LedgerStretch.Line] = []
            try journal.forEachRecord(of: request) { record, page, index throws(StoreError) in
                if case .entry(let entry, _) = record {
                    lines.append(.init(place: LedgerPlace(page: page, index: index), entry: entry))
                }
            }
            return lines
        }
    }

    /// All that the books say of one request, in the order in which it was written.
    public func records(of request: RequestID) throws(StoreError) -> [JournalRecord] {
        try reading { journal in
            try journal.catchUp()
            var records: [JournalRecord] = []
            try journal.forEachRecord(of: request) { record, _, _ throws(StoreError) in records.append(record) }
            return records
        }
    }

    /// Calls `body` for each entry that stands behind `page` and was booked from `start` on and before `end`, in the order of the
    /// ledger.
    ///
    /// - Parameters:
    ///   - page: nil for the whole ledger.
    ///   - end: where a clock goes ahead or back by more than a minute meanwhile, some from before it may be missed.
    /// - Returns: the last page that was read, or else `page`; nil where there is neither.
    @discardableResult
    public func forEachEntry(
        behind page: Int64? = nil, from start: Timestamp, until end: Timestamp = .distantFuture,
        _ body: (LedgerEntry) throws -> Void
    ) throws(StoreError) -> Int64? {
        try reading { journal in
            try journal.catchUp()
            var last = page
            var latest: Timestamp?
            let first = try page.map { $0 + 1 } ?? journal.firstPage(since: start)
            try journal.storage.forEachPage(from: first) { page throws(StoreError) in
                for entry in try JournalPage.entries(in: page.bytes) where entry.at >= start && entry.at < end {
                    do { try body(entry) } catch { throw (error as? StoreError) ?? StoreError("\(error)") }
                }
                last = page.id
                // Times of pages never go back: where a clock was ahead once, all that follows is ahead.
                let stop = latest ?? max(end, page.at)
                latest = stop
                return page.at - stop < StretchSearch.disorder
            }
            return last
        }
    }

    /// The balances of `accounts`; nothing else is read.
    public func balances(of accounts: some Sequence<BudgetAccount>) throws(StoreError) -> [BudgetAccount: Balance] {
        try reading { journal in
            try journal.catchUp()
            var balances: [BudgetAccount: Balance] = [:]
            for account in accounts { balances[account] = try journal.balance(of: account) }
            return balances
        }
    }

    /// All balances there are, of windows long past too.
    public func balances() throws(StoreError) -> [BudgetAccount: Balance] {
        try reading { journal in
            try journal.catchUp()
            var balances: [BudgetAccount: Balance] = [:]
            try journal.storage.forEachBalance { account, balance, _ in balances[account] = balance }
            for (account, balance) in journal.outstandingBalances() { balances[account] = balance }
            return balances
        }
    }

    /// The holds that are open, the oldest request first.
    public func openHolds() throws(StoreError) -> [OpenHold] {
        try reading { journal in
            try journal.catchUp()
            return journal.openHolds
        }
    }

    /// Reads the whole journal and adds it up anew.
    ///
    /// - Parameter seal: one that a page is expected to have.
    /// - Throws: what is wrong first, or why it can't be read.
    public func verify(seal: [UInt8]? = nil) throws(StoreError) -> JournalVerification {
        try reading { journal in try JournalVerification.check(journal.storage, for: seal) }
    }

    /// Reads the whole journal and adds it up anew.
    ///
    /// - Returns: what it adds up to, or what is wrong first.
    /// - Throws: why it can't be read, which says nothing of what stands there.
    public func judge(seal: [UInt8]? = nil) throws(StoreError) -> Result<JournalVerification, StoreError> {
        try reading { journal in try JournalVerification.judge(journal.storage, for: seal) }
    }

    /// Reads what other processes and connections have written, so that what is applied next need not.
    public func catchUp() throws(StoreError) { try reading { journal in try journal.catchUp() } }
}
