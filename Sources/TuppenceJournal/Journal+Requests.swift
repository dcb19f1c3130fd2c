import TuppenceCore

extension Journal {
    /// After ``catchUp()``: calls `body` for all that the journal says of one request, in the order in which it was written, with the
    /// number of its page and its place among the entries there.
    ///
    /// Read from the page of its time on, until no hold of it is in force and none can come. Where one has expired a settlement can
    /// come however late, so that everything since is looked through.
    public func forEachRecord(
        of request: RequestID, _ body: (JournalRecord, _ page: Int64, _ index: Int) throws(StoreError) -> Void
    ) throws(StoreError) {
        var open: Set<Int> = []
        var lost: Set<Int> = []
        var end: Timestamp?
        try storage.forEachPage(from: try firstPage(since: request.time)) { page throws(StoreError) in
            if let end, page.at > end, open.isEmpty, lost.isEmpty { return false }
            // Times of pages never go back: where a clock was ahead once, all that follows is ahead.
            if end == nil { end = max(request.time, page.at) + Self.longestWay }
            guard Self.contains(request, in: page.bytes) else { return true }
            end = page.at + Self.longestWay
            var entries = 0
            try PageReader.forEachRecord(in: page.bytes) { record throws(StoreError) in
                defer { if case .entry = record { entries += 1 } }
                switch record {
                case .hold(let hold) where hold.attempt.request == request: open.insert(hold.attempt.number)
                case .entry(let entry, _) where entry.attempt.request == request:
                    open.remove(entry.attempt.number)
                    lost.remove(entry.attempt.number - AttemptID.lateOffset)
                    if entry.outcome == .expired { lost.insert(entry.attempt.number) }
                case .hold, .entry, .topUp: return
                }
                try body(record, page.id, entries)
            }
            return true
        }
    }

    /// How long after its id was made, or after its last record, the next hold of a request can still come into the journal.
    static let longestWay = Milliseconds.seconds(60)
}
