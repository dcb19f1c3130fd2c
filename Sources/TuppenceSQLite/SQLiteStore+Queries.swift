import Foundation
import GRDB
import TuppenceCore
import TuppenceJournal

/// What people ask the books, outside the data path.
extension SQLiteStore {
    /// The latest entries before `place` that `isWanted`, newest first.
    ///
    /// - Parameters:
    ///   - place: that of an entry, which is not among them; nil for the end of the ledger.
    ///   - since: those booked before it are not looked for.
    ///   - pages: how many are looked through at the most, where few entries are wanted: then ``LedgerStretch/next`` says where to go
    ///     on.
    public func stretch(
        before place: LedgerPlace? = nil, since: Timestamp? = nil, limit: Int, reading pages: Int = .max,
        where isWanted: (LedgerEntry) -> Bool = { _ in true }
    ) throws(StoreError) -> LedgerStretch {
        try reading { db in
            var found: [LedgerStretch.Line] = []
            var left = pages
            // Nothing of a page is before its first entry.
            let last = place.map { $0.index == 0 ? $0.page - 1 : $0.page } ?? .max
            let rows = try Row.fetchCursor(
                db, sql: "SELECT id, at, page FROM journal WHERE id <= ? ORDER BY id DESC", arguments: [last])
            while let row = try rows.next() {
                let page: Int64 = row["id"]
                // The time of a page is the latest in it or before it: all that follow are older.
                if let since, row["at"] < since.milliseconds { break }
                guard left > 0 else {
                    // Before the first entry of the page behind this one.
                    return LedgerStretch(lines: found, next: LedgerPlace(page: page + 1, index: 0))
                }
                left -= 1
                let entries = try JournalPage.entries(in: Array(row["page"] as Data))
                let end = place.map { $0.page == page ? min($0.index, entries.count) : entries.count } ?? entries.count
                for index in (0..<end).reversed() where isWanted(entries[index]) {
                    let place = LedgerPlace(page: page, index: index)
                    found.append(.init(place: place, entry: entries[index]))
                    if found.count == limit { return LedgerStretch(lines: found, next: place) }
                }
            }
            return LedgerStretch(lines: found, next: nil)
        }
    }

    /// The latest entries, newest first.
    public func entries(limit: Int) throws(StoreError) -> [LedgerEntry] { try stretch(limit: limit).lines.map(\.entry) }

    /// The entries of one request, in the order in which they were booked.
    public func lines(of request: RequestID) throws(StoreError) -> [LedgerStretch.Line] {
        try reading { _ in
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

    /// Calls `body` for each entry booked from `start` on and before `end`, the oldest first.
    public func forEachEntry(
        from start: Timestamp, until end: Timestamp, _ body: (LedgerEntry) throws -> Void
    ) throws(StoreError) {
        try forEachRecord(since: start) { record in
            if case .entry(let entry, _) = record, entry.at >= start, entry.at < end { try body(entry) }
        }
    }

    /// Calls `body` for each record of the pages that may say something about `start` or later, the oldest first.
    func forEachRecord(since start: Timestamp, _ body: (JournalRecord) throws -> Void) throws(StoreError) {
        try reading { db in
            try journal.catchUp()
            let pages = try Row.fetchCursor(
                db, sql: "SELECT page FROM journal WHERE id >= ? ORDER BY id",
                arguments: [try journal.firstPage(since: start)])
            while let row = try pages.next() {
                for record in try JournalPage.records(in: Array(row["page"] as Data)) { try body(record) }
            }
        }
    }

    /// All balances there are, of windows long past too.
    public func balances() throws(StoreError) -> [BudgetAccount: Balance] {
        try reading { _ in
            try journal.catchUp()
            var balances: [BudgetAccount: Balance] = [:]
            try journal.storage.forEachBalance { account, balance, _ in balances[account] = balance }
            for (account, balance) in journal.outstandingBalances() { balances[account] = balance }
            return balances
        }
    }

    /// The holds that are open, the oldest request first.
    public func openHolds() throws(StoreError) -> [OpenHold] {
        try reading { _ in
            try journal.catchUp()
            return journal.openHolds
        }
    }

    /// Reads the whole journal and adds it up anew.
    ///
    /// - Parameter seal: one that a page is expected to have.
    /// - Throws: what is wrong first.
    public func verify(seal: [UInt8]? = nil) throws(StoreError) -> JournalVerification {
        try reading { _ in try JournalVerification.check(journal.storage, for: seal) }
    }

    func reading<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        do {
            return try queue.read(body)
        } catch {
            throw StoreError(wrapping: error, path: nil)
        }
    }
}
