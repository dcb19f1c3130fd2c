import TuppenceCore
import TuppenceStore

extension PostgresStore {
    public func keys(at now: Timestamp) throws(StoreError) -> [StoredKey] {
        let answers = try shared.ask([(Self.selectKeys, []), (Self.selectFormer, [.int(now.milliseconds)])])
        let (keys, secrets) = (answers[0], answers[1])
        var former: [String: [StoredKey.Former]] = [:]
        for row in 0..<secrets.count {
            former[secrets.text(row, 0), default: []].append(
                .init(hash: secrets.bytes(row, 1), until: Timestamp(milliseconds: try secrets.int(row, 2))))
        }
        return try (0..<keys.count).map { row throws(StoreError) in
            let name = keys.text(row, 0)
            return StoredKey(
                name: name, hash: keys.bytes(row, 1), hint: keys.text(row, 2),
                createdAt: Timestamp(milliseconds: try keys.int(row, 3)),
                expiresAt: try keys.optionalInt(row, 6).map(Timestamp.init(milliseconds:)),
                isDisabled: keys.bool(row, 4),
                former: former[name] ?? [], version: try keys.int(row, 5))
        }
    }

    public func insert(_ key: StoredKey, _ record: AuditRecord) throws(StoreError) -> Bool {
        try shared.changing(record, Self.insertKey, Self.values(of: key))
    }

    static func values(of key: StoredKey) -> [PostgresValue] {
        [
            .text(key.name), .bytes(key.hash), .text(key.hint), .int(key.createdAt.milliseconds),
            .bool(key.isDisabled), .int(key.version), key.expiresAt.map { .int($0.milliseconds) } ?? .null,
        ]
    }

    public func replace(
        _ key: StoredKey, formerUntil end: Timestamp, of version: Int64?, _ record: AuditRecord
    ) throws(StoreError) -> Bool {
        let version = version.map { PostgresValue.int($0) } ?? .null
        return try shared.changing(record) { (connection) throws(StoreError) in
            func ask(_ statement: PostgresStatement, _ values: [PostgresValue]) throws(StoreError) -> PostgresRows {
                try connection.perform(statement, values, within: patience)
            }
            guard try ask(Self.lockKey, [.text(key.name), version]).count > 0 else { return (false, false) }
            // No secret outlasts the present one.
            _ = try ask(Self.shortenFormer, [.int(end.milliseconds), .text(key.name)])
            _ = try ask(Self.keepFormer, [.int(end.milliseconds), .text(key.name)])
            _ = try ask(Self.deleteFormer, [.int(key.createdAt.milliseconds)])
            _ = try ask(Self.updateKey, [.bytes(key.hash), .text(key.hint), .text(key.name)])
            return (true, true)
        }
    }

    public func setDisabled(
        _ disabled: Bool, key name: String, of version: Int64?, _ record: AuditRecord
    ) throws(StoreError) -> Bool {
        try shared.changing(
            record, Self.disableKey, [.bool(disabled), .text(name), version.map { .int($0) } ?? .null])
    }

    public func setEnd(
        _ end: Timestamp?, key name: String, of version: Int64?, _ record: AuditRecord
    ) throws(StoreError) -> Bool {
        let (end, version) = (end.map { PostgresValue.int($0.milliseconds) }, version.map { PostgresValue.int($0) })
        return try shared.changing(record, Self.endKey, [end ?? .null, .text(name), version ?? .null])
    }

    private static let selectKeys = PostgresStatement(
        "keys", "SELECT name, hash, hint, created_at, disabled, version, expires_at FROM keys ORDER BY name")
    private static let selectFormer = PostgresStatement(
        "former", "SELECT key, hash, until FROM former_secrets WHERE until > $1 ORDER BY until, hash")
    static let insertKey = PostgresStatement(
        "insert_key", "INSERT INTO keys VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING")
    private static let lockKey = PostgresStatement(
        "lock_key",
        "SELECT 1 FROM keys WHERE name = $1 AND version = coalesce($2::bigint, version) FOR UPDATE")
    private static let shortenFormer = PostgresStatement(
        "shorten_former", "UPDATE former_secrets SET until = least(until, $1) WHERE key = $2")
    private static let keepFormer = PostgresStatement(
        "keep_former", "INSERT INTO former_secrets SELECT hash, name, $1::bigint FROM keys WHERE name = $2")
    private static let deleteFormer = PostgresStatement(
        "delete_former", "DELETE FROM former_secrets WHERE until <= $1")
    private static let updateKey = PostgresStatement(
        "update_key", "UPDATE keys SET hash = $1, hint = $2, version = version + 1 WHERE name = $3")
    private static let disableKey = PostgresStatement(
        "disable_key",
        """
        UPDATE keys SET disabled = $1, version = version + 1
        WHERE name = $2 AND version = coalesce($3::bigint, version)
        """)
    private static let endKey = PostgresStatement(
        "end_key",
        """
        UPDATE keys SET expires_at = $1, version = version + 1
        WHERE name = $2 AND version = coalesce($3::bigint, version)
        """)
}
