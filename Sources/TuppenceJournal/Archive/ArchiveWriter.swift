import TuppenceCore

/// Copies pages from the beginning of a journal into an empty one, which becomes an archive of them: a journal like any other, whose
/// sums and top-ups are those of its own pages. The source is left as it is.
///
/// Pages are never changed, so that they can be read in as many transactions as one likes.
public struct ArchiveWriter {
    private let target: any JournalStorage
    private var tally: JournalTally
    private var sums = OutstandingSums()
    private static let mostSums = 16_384

    /// Begins with what `source` begins with. `target` is within a transaction that writes.
    public init(from source: any JournalStorage, to target: any JournalStorage) throws(StoreError) {
        guard try target.lastPage() == 0 else { throw StoreError("there is a ledger already") }
        self.target = target
        tally = try JournalTally(before: source)
        if let checkpoint = tally.checkpoint {
            try target.prepare(try source.checkpointRows(), behind: checkpoint.page)
            try target.setCheckpoint(checkpoint)
        }
        try target.setArchive()
    }

    /// The last page that has been copied.
    public var lastPage: Int64 { tally.lastPage }

    /// Copies the next pages, up to `last` and not many more than `bytes`.
    public mutating func copy(
        from source: any JournalStorage, upTo last: Int64, bytes: Int
    ) throws(StoreError) {
        var left = bytes
        try source.forEachPage(from: lastPage + 1) { page throws(StoreError) in
            try add(page)
            left -= page.bytes.count
            return left > 0 && page.id < last
        }
    }

    private mutating func add(_ page: StoredPage) throws(StoreError) {
        var entries: [LedgerEntry] = []
        let target = target
        try tally.read(page) { record throws(StoreError) in
            switch record {
            case .entry(let entry, _): entries.append(entry)
            case .topUp(let topUp): try target.keep(topUp)
            case .hold: break
            }
        }
        for entry in entries { sums.add(entry) }
        try target.append(page)
        if sums.count >= Self.mostSums { try storeSums() }
    }

    private mutating func storeSums() throws(StoreError) {
        try sums.store(in: target)
        sums.stored()
    }

    /// Stores balances, holds and sums as of the last page.
    public mutating func finish() throws(StoreError) {
        try storeSums()
        try target.setSummedTo(lastPage)
        for (account, balance) in tally.balances { try target.set(balance, of: account, page: lastPage) }
        let writer = PageWriter()
        for hold in tally.holds.values {
            writer.begin()
            writer.add(hold)
            try target.keep(writer.bytes, of: hold.attempt)
        }
        try target.setReplayFrom(lastPage + 1)
    }
}

extension JournalStorage {
    /// Appends a page of another journal as it is.
    func append(_ page: StoredPage) throws(StoreError) {
        let result: Result<Void, StoreError> = page.bytes.withUnsafeBytes { bytes in
            page.seal.withUnsafeBytes { seal in
                do throws(StoreError) {
                    return .success(try append(id: page.id, at: page.at, page: bytes, seal: seal))
                } catch {
                    return .failure(error)
                }
            }
        }
        try result.get()
    }
}

extension Journal {
    /// The last page that can be taken away, of those that were written before `time`; nil if none can. After ``catchUp()``.
    ///
    /// Whoever works with the journal needs what is not stored otherwise, and the pages that it may have read up to.
    public func lastPage(toTakeBefore time: Timestamp) throws(StoreError) -> Int64? {
        let last = min(
            try firstPage(since: time) - 1, try storage.replayFrom() - 2, try storage.summedTo(), lastPage - window)
        return try last >= storage.firstPage() ? last : nil
    }
}

extension JournalStorage {
    /// Has the journal begin behind the pages that were `found` in an archive, whose rows have been prepared. Within a transaction.
    ///
    /// - Throws: if they are not those that this journal begins with, or can't be taken away.
    public func begin(behind found: JournalVerification) throws(StoreError) {
        guard try journalCheckpoint() == found.checkpoint else {
            throw StoreError("the ledger does not begin where this archive does: another one has been made of it")
        }
        var isSame = false
        try forEachPage(from: found.lastPage) { page throws(StoreError) in
            isSame = page.id == found.lastPage && page.seal == found.seal
            return false
        }
        guard isSame else {
            throw StoreError("page \(found.lastPage) of the ledger has another seal than that of the archive")
        }
        guard try found.lastPage <= min(replayFrom() - 2, summedTo()) else {
            throw StoreError("the ledger still works with page \(found.lastPage)")
        }
        try setCheckpoint(found.summary)
    }
}
