import Foundation
import GRDB
import TuppenceCore

/// A virtual key as the store keeps it: its hash and a hint, never the key.
public struct StoredKey: Hashable, Sendable {
    public var name: String
    /// SHA-256 of the key.
    public var hash: [UInt8]
    /// The first and last characters, by which its owner knows it.
    public var hint: String
    public var createdAt: Timestamp
    public var isDisabled: Bool

    public init(name: String, hash: [UInt8], hint: String, createdAt: Timestamp, isDisabled: Bool = false) {
        self.name = name
        self.hash = hash
        self.hint = hint
        self.createdAt = createdAt
        self.isDisabled = isDisabled
    }
}

extension SQLiteStore {
    public func keys() throws(StoreError) -> [StoredKey] {
        try reading { db in
            try Row.fetchAll(db, sql: "SELECT * FROM keys ORDER BY name").map { row in
                StoredKey(
                    name: row["name"], hash: Array(row["hash"] as Data), hint: row["hint"],
                    createdAt: Timestamp(milliseconds: row["created_at"]), isDisabled: row["disabled"])
            }
        }
    }

    /// - Returns: false if there is a key of this name already; nothing is changed then.
    public func insert(_ key: StoredKey) throws(StoreError) -> Bool {
        try writing { db in
            try db.execute(
                sql: "INSERT INTO keys VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                arguments: [key.name, Data(key.hash), key.hint, key.createdAt.milliseconds, key.isDisabled])
            return db.changesCount == 1
        }
    }

    /// - Returns: false if there is no key of this name.
    public func setDisabled(_ disabled: Bool, key name: String) throws(StoreError) -> Bool {
        try writing { db in
            try db.execute(sql: "UPDATE keys SET disabled = ? WHERE name = ?", arguments: [disabled, name])
            return db.changesCount == 1
        }
    }

    func writing<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        do {
            return try queue.write(body)
        } catch {
            throw StoreError(wrapping: error, path: nil)
        }
    }
}
