import Foundation
import GRDB
import TuppenceCore
import TuppenceJournal

/// What people ask the books, outside the data path.
extension SQLiteStore {
    /// The latest entries, newest first.
    public func entries(limit: Int, key: String? = nil) throws(StoreError) -> [LedgerEntry] {
        try reading { db in
            var found: [LedgerEntry] = []
            let pages = try Row.fetchCursor(db, sql: "SELECT page FROM journal ORDER BY id DESC")
            while found.count < limit, let row = try pages.next() {
                var entries = try JournalPage.entries(in: Array(row["page"] as Data))
                if let key { entries.removeAll { $0.key != key } }
                found += entries.reversed().prefix(limit - found.count)
            }
            return found
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
