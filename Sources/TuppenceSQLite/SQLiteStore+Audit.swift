import GRDB
import TuppenceCore
import TuppenceStore

extension SQLiteStore {
    public func auditRecords(
        limit: Int, before: Int64?
    ) throws(StoreError) -> [(id: Int64, record: AuditRecord)] {
        try readingRows { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?",
                arguments: [before ?? .max, limit]
            ).map { row in
                let record = AuditRecord(
                    at: Timestamp(milliseconds: row["at"]), actor: row["actor"], origin: row["origin"],
                    action: row["action"], subject: row["subject"], detail: row["detail"])
                return (row["id"], record)
            }
        }
    }

    public func note(_ record: AuditRecord) throws(StoreError) { try writingRows { try Self.write(record, $0) } }

    /// Changes rows, and writes that down with it.
    ///
    /// - Returns: whether there was any to change; nothing is written down where there was not.
    func changing(
        _ record: AuditRecord, _ change: (Database) throws -> Void
    ) throws(StoreError) -> Bool {
        try writingRows { db in
            let before = db.totalChangesCount
            try change(db)
            guard db.totalChangesCount > before else { return false }
            try Self.write(record, db)
            return true
        }
    }

    static func write(_ record: AuditRecord, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO audit (at, actor, origin, action, subject, detail) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                record.at.milliseconds, record.actor, record.origin, record.action, record.subject, record.detail,
            ])
    }
}
