import TuppenceCore

/// Sums of what was booked, by hour, day and month: what spending is told from, however long the journal is.
///
/// Like balances they are kept in memory and stored seldom, a few hundred together, in the transaction of a page and with the
/// number of the page that they go up to: stored sums and the pages behind it are all that was booked, each entry once.
extension Journal {
    /// Stored at the latest when there is this much to store.
    private static let mostSums = 1_024
    private static let mostEntries = 16_384

    /// Stores what has been booked up to the last page, if it is time.
    ///
    /// - Returns: whether it did so, for ``OutstandingSums/stored()`` once that is durable.
    func storeSums() throws(StoreError) -> Bool {
        guard
            lastPage - summedTo >= max(1, window / 4) || sums.count >= Self.mostSums
                || sums.entries >= Self.mostEntries
        else { return false }
        try sums.store(in: storage)
        try storage.setSummedTo(lastPage)
        return true
    }

    /// Adds up anew what the known pages say that is in no stored sum: those go up to another page than was known.
    func readOutstandingSums(behind page: Int64) throws(StoreError) {
        summedTo = page
        sums = OutstandingSums()
        guard page < lastPage else { return }
        try storage.forEachPage(from: page + 1) { page throws(StoreError) in
            guard page.id <= lastPage else { return false }
            try PageReader.forEachRecord(in: page.bytes) { record throws(StoreError) in
                if case .entry(let entry, _) = record { sums.add(entry) }
            }
            return true
        }
    }

    /// After ``catchUp()``: calls `body` for each sum that begins in `stretch`, in no order. What is stored and what is not
    /// yet come one after the other, so that a line may come twice.
    ///
    /// - Parameter key: that of the sums asked for; nil for all. Hours have none.
    public func forEachSum(
        in stretch: SpendingStretch, of key: String? = nil,
        _ body: (SpendingSum.Line, SpendingSum) throws(StoreError) -> Void
    ) throws(StoreError) {
        try storage.forEachSum(in: stretch, of: key, body)
        for (line, sum) in sums.additions(to: stretch.span) {
            guard line.start >= stretch.start, line.start < stretch.end else { continue }
            if let key, !line.subject.key.hasSameBytes(as: key) { continue }
            try body(line, sum)
        }
    }

    /// After ``catchUp()``: as ``forEachSum(in:of:_:)``, of all keys, with nothing but when a sum begins and what it cost.
    public func forEachCost(
        in stretch: SpendingStretch, _ body: (Timestamp, Money) throws(StoreError) -> Void
    ) throws(StoreError) {
        try storage.forEachCost(in: stretch, body)
        for (line, sum) in sums.additions(to: stretch.span) {
            guard line.start >= stretch.start, line.start < stretch.end else { continue }
            try body(line.start, sum.spending.cost)
        }
    }

    /// Stores the sums and the top-ups of all pages there are, where none have been kept so far. Within a transaction.
    public static func addUpEverything(in storage: any JournalStorage) throws(StoreError) {
        var sums = OutstandingSums()
        var last: Int64 = 0
        try storage.forEachPage(from: try storage.firstPage()) { page throws(StoreError) in
            try PageReader.forEachRecord(in: page.bytes) { record throws(StoreError) in
                switch record {
                case .entry(let entry, _): sums.add(entry)
                case .topUp(let topUp): try storage.keep(topUp)
                case .hold: break
                }
            }
            last = page.id
            // As many as fit in a few dozen megabytes: the more of them at once, the fewer are written twice.
            if sums.count >= mostSums * 16 {
                try sums.store(in: storage)
                sums.stored()
            }
            return true
        }
        try sums.store(in: storage)
        try storage.setSummedTo(last)
    }
}
