import TuppenceCore

/// Copies a journal from one database into another, as it is: pages with their seals, and what is kept so that they need not be
/// read.
public struct JournalCopy {
    private let source, target: any JournalStorage
    /// Rows written since the target was last asked for anything.
    private var waiting = 0

    /// Rows that are left with a database that answers later, at the most.
    private static let mostWaiting = 256

    /// Copies everything, adds it up anew in the target, and compares.
    ///
    /// - Parameters:
    ///   - source: within a transaction that reads.
    ///   - target: within one that writes. It is up to the caller to commit it or, if this throws, to roll it back.
    /// - Returns: what was found in the target.
    /// - Throws: what is wrong with the copy, or with the source; or that there is a journal in the target already.
    public static func perform(
        from source: any JournalStorage, to target: any JournalStorage
    ) throws(StoreError) -> JournalVerification {
        guard try target.lastPage() == 0 else { throw StoreError("there is a ledger already") }
        var copy = JournalCopy(source: source, target: target)
        try copy.copyCheckpoint()
        let last = try copy.copyPages()
        try copy.copyBalances()
        try copy.copyHolds()
        try copy.copySums()
        let found = try JournalVerification.check(target)
        guard found.lastPage == last.page, found.seal == last.seal else {
            throw StoreError(
                "page \(found.lastPage) is the last of the copy and page \(last.page) that of what was copied, or their seals differ"
            )
        }
        return found
    }

    private init(source: any JournalStorage, target: any JournalStorage) {
        self.source = source
        self.target = target
    }

    private mutating func copyCheckpoint() throws(StoreError) {
        if try source.isArchive() { try target.setArchive() }
        guard let checkpoint = try source.journalCheckpoint() else { return }
        for row in try source.checkpointRows() {
            try target.prepare([row], behind: checkpoint.page)
            try wrote()
        }
        try target.setCheckpoint(checkpoint)
    }

    private mutating func copyPages() throws(StoreError) -> (page: Int64, seal: [UInt8]) {
        var last = (page: Int64(0), seal: Seal.none)
        try source.forEachPage(from: try source.firstPage()) { page throws(StoreError) in
            try target.append(page)
            try wrote()
            last = (page.id, page.seal)
            return true
        }
        return last
    }

    private mutating func copyBalances() throws(StoreError) {
        try source.forEachBalance { account, balance, page throws(StoreError) in
            try target.set(balance, of: account, page: page)
            try wrote()
        }
        try target.setReplayFrom(try source.replayFrom())
    }

    private mutating func copyHolds() throws(StoreError) {
        for bytes in try source.keptHolds() {
            var attempt: AttemptID?
            try PageReader.forEachRecord(in: bytes) { record throws(StoreError) in
                if case .hold(let hold) = record { attempt = hold.attempt }
            }
            guard let attempt else { throw StoreError("a hold that is kept beside the journal is none") }
            let result: Result<Void, StoreError> = bytes.withUnsafeBytes { bytes in
                do throws(StoreError) {
                    return .success(try target.keep(bytes, of: attempt))
                } catch {
                    return .failure(error)
                }
            }
            try result.get()
            try wrote()
        }
    }

    private mutating func copySums() throws(StoreError) {
        for span in SpendingSpan.allCases {
            let all = SpendingStretch(span: span, start: Timestamp(milliseconds: .min), end: .distantFuture)
            try source.forEachSum(in: all, of: nil) { line, sum throws(StoreError) in
                try target.set(sum, of: line)
                try wrote()
            }
        }
        try target.setSummedTo(try source.summedTo())
        try source.forEachTopUp(of: nil, from: Timestamp(milliseconds: .min)) { topUp throws(StoreError) in
            try target.keep(topUp)
            try wrote()
        }
    }

    /// A database that is written to without waiting is asked for something now and then, and so answers for all before it.
    private mutating func wrote() throws(StoreError) {
        waiting += 1
        guard waiting == Self.mostWaiting else { return }
        waiting = 0
        _ = try target.time(ofPage: try target.firstPage())
    }
}
