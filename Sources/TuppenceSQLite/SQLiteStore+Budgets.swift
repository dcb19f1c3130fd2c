import GRDB
import TuppenceCore
import TuppenceStore

extension SQLiteStore {
    public func budgets(otherThan known: Int64) throws(StoreError) -> StoredBudgets? {
        try readingRows { db in
            let found = try Int64.fetchOne(db, sql: "SELECT value FROM state WHERE name = 'budgets_edition'")
            let edition = found ?? 0
            if edition == known { return nil }
            let rows = try Row.fetchAll(db, sql: "SELECT * FROM budgets ORDER BY name")
            return StoredBudgets(edition: edition, rows.map(StoredBudget.init))
        }
    }

    public func budget(_ name: String) throws(StoreError) -> StoredBudget? {
        try readingRows { db in
            try Row.fetchOne(db, sql: "SELECT * FROM budgets WHERE name = ?", arguments: [name]).map(StoredBudget.init)
        }
    }

    public func insert(_ budget: StoredBudget, _ record: AuditRecord) throws(StoreError) -> BudgetChange {
        try changingBudgets(record) { db, version in
            try Self.insert(budget, of: version, db)
            return db.changesCount > 0 ? .made(version: version) : .taken
        }
    }

    /// Unless there is one of its name.
    static func insert(_ budget: StoredBudget, of version: Int64, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO budgets VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            arguments: [
                budget.name, budget.definition, budget.limit.nanodollars, version, budget.createdAt.milliseconds,
                budget.changedAt.milliseconds, budget.changedBy,
            ])
    }

    public func replace(_ budget: StoredBudget, _ record: AuditRecord) throws(StoreError) -> BudgetChange {
        try changingBudgets(record) { db, version in
            try db.execute(
                sql: """
                    UPDATE budgets SET definition = ?, spend_limit = ?, version = ?, changed_at = ?, changed_by = ?
                    WHERE name = ? AND version = ?
                    """,
                arguments: [
                    budget.definition, budget.limit.nanodollars, version, budget.changedAt.milliseconds,
                    budget.changedBy, budget.name, budget.version,
                ])
            return try Self.change(of: budget.name, to: version, db)
        }
    }

    public func removeBudget(
        _ name: String, version: Int64, _ record: AuditRecord
    ) throws(StoreError) -> BudgetChange {
        try changingBudgets(record) { db, next in
            try db.execute(sql: "DELETE FROM budgets WHERE name = ? AND version = ?", arguments: [name, version])
            return try Self.change(of: name, to: next, db)
        }
    }

    private static func change(of name: String, to version: Int64, _ db: Database) throws -> BudgetChange {
        if db.changesCount > 0 { return .made(version: version) }
        let isThere = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM budgets WHERE name = ?)", arguments: [name])
        return isThere == true ? .stale : .missing
    }

    /// Counts a change and writes it down with it, or leaves all as it was. The ledger places every hold before or after it.
    ///
    /// - Parameter change: is told the number of the change.
    private func changingBudgets(
        _ record: AuditRecord, _ change: (Database, Int64) throws -> BudgetChange
    ) throws(StoreError) -> BudgetChange {
        do {
            return try connected { db, _ in
                var result = BudgetChange.missing
                // The lock comes first, so that what is read is what is written over.
                try db.inTransaction(.immediate) {
                    let edition = try Int64.fetchOne(
                        db,
                        sql: """
                            INSERT INTO state VALUES ('budgets_edition', 1)
                            ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value
                            """)
                    guard let edition else { throw StoreError("SQLite did not count a change to budgets") }
                    result = try change(db, edition)
                    guard case .made = result else { return .rollback }
                    try Self.write(record, db)
                    return .commit
                }
                return result
            }
        } catch {
            throw StoreError(wrapping: error, path: nil)
        }
    }
}

extension StoredBudget {
    fileprivate init(_ row: Row) {
        self.init(
            name: row["name"], definition: row["definition"], limit: Money(nanodollars: row["spend_limit"]),
            version: row["version"], createdAt: Timestamp(milliseconds: row["created_at"]),
            changedAt: Timestamp(milliseconds: row["changed_at"]), changedBy: row["changed_by"])
    }
}
