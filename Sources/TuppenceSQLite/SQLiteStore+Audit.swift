import GRDB
import TuppenceCore

/// Who changed what, and when. Written with the change, and never changed itself.
public struct AuditRecord: Hashable, Sendable {
    public var at: Timestamp
    /// The name of a token; or that of a user of the system, with a command.
    public var actor: String
    /// `console` or `command`.
    public var origin: String
    /// Such as `key.create`.
    public var action: String
    /// What was changed, by its name.
    public var subject: String
    /// What else there is to say, never a secret.
    public var detail: String

    public init(
        at: Timestamp, actor: String, origin: String, action: String, subject: String, detail: String = ""
    ) {
        self.at = at
        self.actor = actor
        self.origin = origin
        self.action = action
        self.subject = subject
        self.detail = detail
    }
}

extension SQLiteStore {
    /// The latest records, newest first, each with its number.
    ///
    /// - Parameter before: the number of the last one that is known already.
    public func auditRecords(
        limit: Int, before: Int64? = nil
    ) throws(StoreError) -> [(id: Int64, record: AuditRecord)] {
        try reading { db in
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

    /// Writes down what was changed elsewhere: in the ledger.
    public func note(_ record: AuditRecord) throws(StoreError) { try writing { try Self.write(record, $0) } }

    /// Changes rows, and writes that down with it.
    ///
    /// - Returns: whether there was any to change; nothing is written down where there was not.
    func changing(
        _ record: AuditRecord, _ change: (Database) throws -> Void
    ) throws(StoreError) -> Bool {
        try writing { db in
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
