import TuppenceCore
import TuppenceStore

extension PostgresStore {
    public func budgets(otherThan known: Int64) throws(StoreError) -> StoredBudgets? {
        let answers = try shared.ask([(Self.selectEdition, []), (Self.selectOthers, [.int(known)])])
        let edition = answers[0].count == 0 ? 0 : try answers[0].int(0, 0)
        if edition == known { return nil }
        let rows = answers[1]
        return StoredBudgets(
            edition: edition, try (0..<rows.count).map { row throws(StoreError) in try Self.budget(in: rows, row) })
    }

    public func budget(_ name: String) throws(StoreError) -> StoredBudget? {
        let rows = try shared.ask(Self.selectBudget, [.text(name)])
        return rows.count == 0 ? nil : try Self.budget(in: rows, 0)
    }

    public func insert(_ budget: StoredBudget, _ record: AuditRecord) throws(StoreError) -> BudgetChange {
        try changingBudgets(record) { (connection, version) throws(StoreError) in
            let rows = try connection.perform(
                Self.insertBudget, Self.values(of: budget, version: version), within: patience)
            return rows.changed > 0 ? .made(version: version) : .taken
        }
    }

    static func values(of budget: StoredBudget, version: Int64) -> [PostgresValue] {
        [
            .text(budget.name), .text(budget.definition), .int(budget.limit.nanodollars), .int(version),
            .int(budget.createdAt.milliseconds), .int(budget.changedAt.milliseconds), .text(budget.changedBy),
        ]
    }

    public func replace(_ budget: StoredBudget, _ record: AuditRecord) throws(StoreError) -> BudgetChange {
        try changingBudgets(record) { (connection, version) throws(StoreError) in
            let rows = try connection.perform(
                Self.updateBudget,
                [
                    .text(budget.definition), .int(budget.limit.nanodollars), .int(version),
                    .int(budget.changedAt.milliseconds), .text(budget.changedBy), .text(budget.name),
                    .int(budget.version),
                ], within: patience)
            return try change(rows, of: budget.name, to: version, connection)
        }
    }

    public func removeBudget(
        _ name: String, version: Int64, _ record: AuditRecord
    ) throws(StoreError) -> BudgetChange {
        try changingBudgets(record) { (connection, next) throws(StoreError) in
            let rows = try connection.perform(Self.deleteBudget, [.text(name), .int(version)], within: patience)
            return try change(rows, of: name, to: next, connection)
        }
    }

    private func change(
        _ rows: PostgresRows, of name: String, to version: Int64, _ connection: PostgresConnection
    ) throws(StoreError) -> BudgetChange {
        if rows.changed > 0 { return .made(version: version) }
        let isThere = try connection.perform(Self.selectBudget, [.text(name)], within: patience).count > 0
        return isThere ? .stale : .missing
    }

    /// Counts a change and writes it down with it, or leaves all as it was. It has the ledger's lock, so that every hold is placed
    /// before or after it.
    private func changingBudgets(
        _ record: AuditRecord,
        _ change: (PostgresConnection, Int64) throws(StoreError) -> BudgetChange
    ) throws(StoreError) -> BudgetChange {
        try shared.changing(record, first: [PostgresLock.statement]) { (connection) throws(StoreError) in
            let edition = try connection.perform(Self.countChange, within: patience).int(0, 0)
            let result = try change(connection, edition)
            if case .made = result { return (result, true) }
            return (result, false)
        }
    }

    private static func budget(in rows: PostgresRows, _ row: Int) throws(StoreError) -> StoredBudget {
        StoredBudget(
            name: rows.text(row, 0), definition: rows.text(row, 1), limit: Money(nanodollars: try rows.int(row, 2)),
            version: try rows.int(row, 3), createdAt: Timestamp(milliseconds: try rows.int(row, 4)),
            changedAt: Timestamp(milliseconds: try rows.int(row, 5)), changedBy: rows.text(row, 6))
    }

    private static let columns = "name, definition, spend_limit, version, created_at, changed_at, changed_by"
    private static let selectEdition = PostgresStatement(
        "edition", "SELECT value FROM state WHERE name = 'budgets_edition'")
    private static let selectOthers = PostgresStatement(
        "budgets",
        """
        SELECT \(columns) FROM budgets
        WHERE coalesce((SELECT value FROM state WHERE name = 'budgets_edition'), 0) <> $1 ORDER BY name
        """)
    private static let selectBudget = PostgresStatement("budget", "SELECT \(columns) FROM budgets WHERE name = $1")
    private static let countChange = PostgresStatement(
        "count_change",
        """
        INSERT INTO state VALUES ('budgets_edition', 1)
        ON CONFLICT (name) DO UPDATE SET value = state.value + 1 RETURNING value
        """)
    static let insertBudget = PostgresStatement(
        "insert_budget", "INSERT INTO budgets VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING")
    private static let updateBudget = PostgresStatement(
        "update_budget",
        """
        UPDATE budgets SET definition = $1, spend_limit = $2, version = $3, changed_at = $4, changed_by = $5
        WHERE name = $6 AND version = $7
        """)
    private static let deleteBudget = PostgresStatement(
        "delete_budget", "DELETE FROM budgets WHERE name = $1 AND version = $2")
}
