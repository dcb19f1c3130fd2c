import Foundation
import GRDB
import TuppenceCore

/// A token of the control plane as the store keeps it: its hash and a hint, never the token.
public struct StoredOperator: Hashable, Sendable {
    public var name: String
    /// SHA-256 of the token.
    public var hash: [UInt8]
    /// The first and last characters, by which its owner knows it.
    public var hint: String
    /// What it may do, by whatever names there are for that.
    public var role: String
    public var createdAt: Timestamp
    /// Nil where it counts for ever.
    public var expiresAt: Timestamp?
    public var isDisabled: Bool

    public init(
        name: String, hash: [UInt8], hint: String, role: String, createdAt: Timestamp, expiresAt: Timestamp? = nil,
        isDisabled: Bool = false
    ) {
        self.name = name
        self.hash = hash
        self.hint = hint
        self.role = role
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.isDisabled = isDisabled
    }

    fileprivate init(_ row: Row) {
        self.init(
            name: row["name"], hash: Array(row["hash"] as Data), hint: row["hint"], role: row["role"],
            createdAt: Timestamp(milliseconds: row["created_at"]),
            expiresAt: (row["expires_at"] as Int64?).map(Timestamp.init(milliseconds:)), isDisabled: row["disabled"])
    }
}

extension SQLiteStore {
    public func operators() throws(StoreError) -> [StoredOperator] {
        try reading { db in
            try Row.fetchAll(db, sql: "SELECT * FROM operators ORDER BY name").map(StoredOperator.init)
        }
    }

    /// The one whose token has this hash, whether it counts or not.
    public func storedOperator(hash: [UInt8]) throws(StoreError) -> StoredOperator? {
        try reading { db in
            try Row.fetchOne(db, sql: "SELECT * FROM operators WHERE hash = ?", arguments: [Data(hash)])
                .map(StoredOperator.init)
        }
    }

    /// - Returns: false if there is one of this name already; nothing is changed then.
    public func insert(_ new: StoredOperator, _ record: AuditRecord) throws(StoreError) -> Bool {
        try changing(record) { db in
            try db.execute(
                sql: "INSERT INTO operators VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                arguments: [
                    new.name, Data(new.hash), new.hint, new.role, new.createdAt.milliseconds,
                    new.expiresAt?.milliseconds, new.isDisabled,
                ])
        }
    }

    /// - Returns: false if there is none of this name.
    public func setDisabled(
        _ disabled: Bool, operator name: String, _ record: AuditRecord
    ) throws(StoreError) -> Bool {
        try changing(record) { db in
            try db.execute(sql: "UPDATE operators SET disabled = ? WHERE name = ?", arguments: [disabled, name])
        }
    }
}
