import Foundation
import GRDB
import TuppenceCore
import TuppenceStore

extension SQLiteStore {
    public func keys(at now: Timestamp) throws(StoreError) -> [StoredKey] {
        try readingRows { db in
            let former = try Row.fetchAll(
                db, sql: "SELECT * FROM former_secrets WHERE until > ? ORDER BY until", arguments: [now.milliseconds])
            let byName = Dictionary(grouping: former) { $0["key"] as String }
            return try Row.fetchAll(db, sql: "SELECT * FROM keys ORDER BY name").map { row in
                let name: String = row["name"]
                return StoredKey(
                    name: name, hash: Array(row["hash"] as Data), hint: row["hint"],
                    createdAt: Timestamp(milliseconds: row["created_at"]),
                    expiresAt: (row["expires_at"] as Int64?).map(Timestamp.init(milliseconds:)),
                    isDisabled: row["disabled"],
                    former: (byName[name] ?? []).map {
                        StoredKey.Former(
                            hash: Array($0["hash"] as Data), until: Timestamp(milliseconds: $0["until"]))
                    }, version: row["version"])
            }
        }
    }

    public func insert(_ key: StoredKey, _ record: AuditRecord) throws(StoreError) -> Bool {
        try changing(record) { db in try Self.insert(key, db) }
    }

    /// Unless there is one of its name.
    static func insert(_ key: StoredKey, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            arguments: [
                key.name, Data(key.hash), key.hint, key.createdAt.milliseconds, key.isDisabled, key.version,
                key.expiresAt?.milliseconds,
            ])
    }

    public func replace(
        _ key: StoredKey, formerUntil end: Timestamp, of version: Int64?, _ record: AuditRecord
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

    public func setDisabled(
        _ disabled: Bool, key name: String, of version: Int64?, _ record: AuditRecord
    ) throws(StoreError) -> Bool {
        try changing(record) { db in
            try db.execute(
                sql:
                    "UPDATE keys SET disabled = ?, version = version + 1 WHERE name = ? AND version = ifnull(?, version)",
                arguments: [disabled, name, version])
        }
    }

    public func setEnd(
        _ end: Timestamp?, key name: String, of version: Int64?, _ record: AuditRecord
    ) throws(StoreError) -> Bool {
        try changing(record) { db in
            try db.execute(
                sql:
                    "UPDATE keys SET expires_at = ?, version = version + 1 WHERE name = ? AND version = ifnull(?, version)",
                arguments: [end?.milliseconds, name, version])
        }
    }

    func writingRows<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        do {
            return try connected { db, _ in
                var result: Result?
                try db.inTransaction {
                    result = try body(db)
                    return .commit
                }
                return result!
            }
        } catch {
            throw StoreError(wrapping: error, path: nil)
        }
    }
}
