import Foundation
import GRDB
import TuppenceCore
import TuppenceJournal
import TuppenceStore

extension SQLiteStore {
    public func fill(
        with rows: StoreRows, _ fillJournal: (any JournalStorage) throws(StoreError) -> Void
    ) throws(StoreError) {
        do {
            try connected { db, journal in
                try db.inTransaction(.immediate) {
                    for table in ["journal", "keys", "budgets", "operators", "audit"] {
                        guard try Int.fetchOne(db, sql: "SELECT 1 FROM \(table) LIMIT 1") == nil else {
                            throw StoreError("there is something in it already: \(table)")
                        }
                    }
                    try Self.write(rows, db)
                    try fillJournal(journal.storage)
                    return .commit
                }
            }
        } catch {
            throw StoreError(wrapping: error, path: nil)
        }
    }

    private static func write(_ rows: StoreRows, _ db: Database) throws {
        for key in rows.keys {
            try insert(key, db)
            for former in key.former {
                try db.execute(
                    sql: "INSERT INTO former_secrets VALUES (?, ?, ?)",
                    arguments: [Data(former.hash), key.name, former.until.milliseconds])
            }
        }
        try db.execute(
            sql: "INSERT OR REPLACE INTO state VALUES ('budgets_edition', ?)", arguments: [rows.budgets.edition])
        for budget in rows.budgets.budgets { try insert(budget, of: budget.version, db) }
        for each in rows.operators { try insert(each, db) }
        for record in rows.audit { try write(record, db) }
        try FeedbackNotes.write(rows.feedback, db)
    }
}
