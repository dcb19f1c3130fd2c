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
    ///   - until: nor those booked at it or later. Where clocks have gone back by more than a minute some may be missed.
    ///   - bytes: how much of the ledger is looked through, about, where few entries are wanted: then
    ///     ``LedgerStretch/next`` says where to go on.
    public func stretch(
        before place: LedgerPlace? = nil, since: Timestamp? = nil, until: Timestamp? = nil, limit: Int,
        reading bytes: Int = .max, where isWanted: (LedgerEntry) -> Bool = { _ in true }
    ) throws(StoreError) -> LedgerStretch {
        try reading { db in
            var found: [LedgerStretch.Line] = []
            var left = bytes
            // Nothing of a page is before its first entry.
            var last = place.map { $0.index == 0 ? $0.page - 1 : $0.page } ?? .max
            if let until {
                try journal.catchUp()
                last = min(last, try journal.firstPage(since: until + Self.disorder))
            }
            let rows = try Row.fetchCursor(
                db, sql: "SELECT id, at, page FROM journal WHERE id <= ? ORDER BY id DESC", arguments: [last])
            while let row = try rows.next() {
                let id: Int64 = row["id"]
                let at = Timestamp(milliseconds: row["at"])
                // The time of a page is the latest in it or before it: all that follow are older.
                if let since, at < since { break }
                guard left > 0 else {
                    // Before the first entry of the page behind this one.
                    return LedgerStretch(lines: found, next: LedgerPlace(page: id + 1, index: 0), reached: at)
                }
                let page = Array(row["page"] as Data)
                left -= page.count
                let entries = try JournalPage.entries(in: page)
                let end = place.map { $0.page == id ? min($0.index, entries.count) : entries.count } ?? entries.count
                for index in (0..<end).reversed()
                where isWanted(entries[index]) && until.map({ entries[index].at < $0 }) ?? true {
                    let place = LedgerPlace(page: id, index: index)
                    found.append(.init(place: place, entry: entries[index]))
                    if found.count == limit {
                        return LedgerStretch(lines: found, next: place, reached: entries[index].at)
                    }
                }
            }
            return LedgerStretch(lines: found, next: nil, reached: Timestamp(milliseconds: 0))
        }
    }

    /// How much of the ledger is looked through for a page that somebody waits for: some fifteen thousand requests.
    public static let pageBytes = 4 << 20

    /// How much later an entry may stand in the ledger than its time says.
    private static let disorder = Milliseconds.seconds(60)

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

    /// All that the books say of one request, in the order in which it was written.
    public func records(of request: RequestID) throws(StoreError) -> [JournalRecord] {
        try reading { _ in
            try journal.catchUp()
            var records: [JournalRecord] = []
            try journal.forEachRecord(of: request) { record, _, _ throws(StoreError) in records.append(record) }
            return records
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
