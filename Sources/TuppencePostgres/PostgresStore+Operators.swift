import TuppenceCore
import TuppenceStore

extension PostgresStore {
    public func operators() throws(StoreError) -> [StoredOperator] {
        let rows = try shared.ask(Self.selectOperators)
        return try (0..<rows.count).map { row throws(StoreError) in try Self.storedOperator(in: rows, row: row) }
    }

    public func storedOperator(hash: [UInt8]) throws(StoreError) -> StoredOperator? {
        let rows = try shared.ask(Self.selectOperator, [.bytes(hash)])
        return rows.count == 0 ? nil : try Self.storedOperator(in: rows, row: 0)
    }

    public func insert(_ new: StoredOperator, _ record: AuditRecord) throws(StoreError) -> Bool {
        try shared.changing(record, Self.insertOperator, Self.values(of: new))
    }

    static func values(of one: StoredOperator) -> [PostgresValue] {
        [
            .text(one.name), .bytes(one.hash), .text(one.hint), .text(one.role), .int(one.createdAt.milliseconds),
            one.expiresAt.map { .int($0.milliseconds) } ?? .null, .bool(one.isDisabled),
        ]
    }

    public func setDisabled(
        _ disabled: Bool, operator name: String, _ record: AuditRecord
    ) throws(StoreError) -> Bool {
        try shared.changing(record, Self.disableOperator, [.bool(disabled), .text(name)])
    }

    public func auditRecords(limit: Int, before: Int64?) throws(StoreError) -> [(id: Int64, record: AuditRecord)] {
        try shared.records(limit: limit, before: before)
    }

    public func note(_ record: AuditRecord) throws(StoreError) { try shared.note(record) }

    private static func storedOperator(in rows: PostgresRows, row: Int) throws(StoreError) -> StoredOperator {
        StoredOperator(
            name: rows.text(row, 0), hash: rows.bytes(row, 1), hint: rows.text(row, 2), role: rows.text(row, 3),
            createdAt: Timestamp(milliseconds: try rows.int(row, 4)),
            expiresAt: try rows.optionalInt(row, 5).map(Timestamp.init(milliseconds:)), isDisabled: rows.bool(row, 6))
    }

    private static let columns = "name, hash, hint, role, created_at, expires_at, disabled"
    private static let selectOperators = PostgresStatement(
        "operators", "SELECT \(columns) FROM operators ORDER BY name")
    private static let selectOperator = PostgresStatement(
        "operator", "SELECT \(columns) FROM operators WHERE hash = $1")
    static let insertOperator = PostgresStatement(
        "insert_operator", "INSERT INTO operators VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING")
    private static let disableOperator = PostgresStatement(
        "disable_operator", "UPDATE operators SET disabled = $1 WHERE name = $2")
}
