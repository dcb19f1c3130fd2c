import Foundation
import GRDB
import TuppenceCore
import TuppenceStore

extension SQLiteStore {
    public func operators() throws(StoreError) -> [StoredOperator] {
        try readingRows { db in
            try Row.fetchAll(db, sql: "SELECT * FROM operators ORDER BY name").map(StoredOperator.init)
        }
    }

    public func storedOperator(hash: [UInt8]) throws(StoreError) -> StoredOperator? {
        try readingRows { db in
            try Row.fetchOne(db, sql: "SELECT * FROM operators WHERE hash = ?", arguments: [Data(hash)])
                .map(StoredOperator.init)
        }
    }

    public func insert(_ new: StoredOperator, _ record: AuditRecord) throws(StoreError) -> Bool {
        try changing(record) { db in try Self.insert(new, db) }
    }

    /// Unless there is one of its name.
    static func insert(_ new: StoredOperator, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO operators VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            arguments: [
                new.name, Data(new.hash), new.hint, new.role, new.createdAt.milliseconds, new.expiresAt?.milliseconds,
                new.isDisabled,
            ])
    }

    public func setDisabled(
        _ disabled: Bool, operator name: String, _ record: AuditRecord
    ) throws(StoreError) -> Bool {
        try changing(record) { db in
            try db.execute(sql: "UPDATE operators SET disabled = ? WHERE name = ?", arguments: [disabled, name])
        }
    }
}

extension StoredOperator {
    fileprivate init(_ row: Row) {
        self.init(
            name: row["name"], hash: Array(row["hash"] as Data), hint: row["hint"], role: row["role"],
            createdAt: Timestamp(milliseconds: row["created_at"]),
            expiresAt: (row["expires_at"] as Int64?).map(Timestamp.init(milliseconds:)), isDisabled: row["disabled"])
    }
}
