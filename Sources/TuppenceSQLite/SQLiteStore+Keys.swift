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
    /// Counts what has been done to it, from 1 on.
    public var version: Int64
    /// Secrets that it had before and that still count.
    public var former: [Former]

    public struct Former: Hashable, Sendable {
        public var hash: [UInt8]
        public var until: Timestamp

        public init(hash: [UInt8], until: Timestamp) {
            self.hash = hash
            self.until = until
        }
    }

    public init(
        name: String, hash: [UInt8], hint: String, createdAt: Timestamp, isDisabled: Bool = false,
        former: [Former] = [], version: Int64 = 1
    ) {
        self.version = version
        self.former = former
        self.name = name
        self.hash = hash
        self.hint = hint
        self.createdAt = createdAt
        self.isDisabled = isDisabled
    }
}

extension SQLiteStore {
    /// Every key, with those of its former secrets that count at `now`.
    public func keys(at now: Timestamp) throws(StoreError) -> [StoredKey] {
        try reading { db in
            let former = try Row.fetchAll(
                db, sql: "SELECT * FROM former_secrets WHERE until > ? ORDER BY until", arguments: [now.milliseconds])
            let byName = Dictionary(grouping: former) { $0["key"] as String }
            return try Row.fetchAll(db, sql: "SELECT * FROM keys ORDER BY name").map { row in
                let name: String = row["name"]
                return StoredKey(
                    name: name, hash: Array(row["hash"] as Data), hint: row["hint"],
                    createdAt: Timestamp(milliseconds: row["created_at"]), isDisabled: row["disabled"],
                    former: (byName[name] ?? []).map {
                        StoredKey.Former(
                            hash: Array($0["hash"] as Data), until: Timestamp(milliseconds: $0["until"]))
                    }, version: row["version"])
            }
        }
    }

    /// - Returns: false if there is a key of this name already; nothing is changed then.
    public func insert(_ key: StoredKey, _ record: AuditRecord) throws(StoreError) -> Bool {
        try changing(record) { db in
            try db.execute(
                sql: "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                arguments: [
                    key.name, Data(key.hash), key.hint, key.createdAt.milliseconds, key.isDisabled, key.version,
                ])
        }
    }

    /// Gives the key of this name another secret; the one that it has counts until `end`.
    ///
    /// - Parameter version: nil for whichever it has.
    /// - Returns: false if there is no key of this name and version; nothing is changed then.
    public func replace(
        _ key: StoredKey, formerUntil end: Timestamp, of version: Int64? = nil, _ record: AuditRecord
    ) throws(StoreError) -> Bool {
        try changing(record) { db in
            let isThere = try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM keys WHERE name = ? AND version = ifnull(?, version))",
                arguments: [key.name, version])
            guard isThere == true else { return }
            // No secret outlasts the present one.
            try db.execute(
                sql: "UPDATE former_secrets SET until = min(until, ?) WHERE key = ?",
                arguments: [end.milliseconds, key.name])
            try db.execute(
                sql: "INSERT INTO former_secrets SELECT hash, name, ? FROM keys WHERE name = ?",
                arguments: [end.milliseconds, key.name])
            try db.execute(
                sql: "DELETE FROM former_secrets WHERE until <= ?", arguments: [key.createdAt.milliseconds])
            try db.execute(
                sql: "UPDATE keys SET hash = ?, hint = ?, version = version + 1 WHERE name = ?",
                arguments: [Data(key.hash), key.hint, key.name])
        }
    }

    /// - Parameter version: nil for whichever it has.
    /// - Returns: false if there is no key of this name and version; nothing is changed then.
    public func setDisabled(
        _ disabled: Bool, key name: String, of version: Int64? = nil, _ record: AuditRecord
    ) throws(StoreError) -> Bool {
        try changing(record) { db in
            try db.execute(
                sql:
                    "UPDATE keys SET disabled = ?, version = version + 1 WHERE name = ? AND version = ifnull(?, version)",
                arguments: [disabled, name, version])
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
