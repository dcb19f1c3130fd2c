import TuppenceCore
import TuppenceJournal
import TuppenceStore

extension PostgresStore {
    public func fill(
        with rows: StoreRows, _ fillJournal: (any JournalStorage) throws(StoreError) -> Void
    ) throws(StoreError) {
        let line = PostgresLine(
            url: url, greeting: Self.greeting(patience: Self.longPatience), patience: Self.longPatience)
        let storage = PostgresJournalStorage(line)
        try storage.begin()
        do throws(StoreError) {
            _ = try storage.ask(.patient)
            for table in ["journal", "keys", "budgets", "operators", "audit"] {
                let found = try storage.ask(PostgresStatement("any_\(table)", "SELECT 1 FROM \(table) LIMIT 1"))
                guard found.count == 0 else { throw StoreError("there is something in it already: \(table)") }
            }
            try Self.write(rows, in: storage)
            try fillJournal(storage)
            try storage.commit()
        } catch {
            storage.rollBack()
            throw error
        }
    }

    private static func write(_ rows: StoreRows, in storage: PostgresJournalStorage) throws(StoreError) {
        for key in rows.keys {
            try storage.write(insertKey, values(of: key))
            for former in key.former {
                try storage.write(
                    insertFormer, [.bytes(former.hash), .text(key.name), .int(former.until.milliseconds)])
            }
        }
        try storage.write(setEdition, [.int(rows.budgets.edition)])
        for budget in rows.budgets.budgets {
            try storage.write(insertBudget, values(of: budget, version: budget.version))
        }
        for each in rows.operators { try storage.write(insertOperator, values(of: each)) }
        // There may be any number of these.
        for records in rows.audit.chunked {
            for record in records {
                try storage.write(PostgresSharedConnection.insertRecord, PostgresSharedConnection.values(of: record))
            }
            _ = try storage.ask(.patient)
        }
        for feedback in rows.feedback.chunked {
            for one in feedback { try storage.write(PostgresBooks.upsert, PostgresBooks.values(of: one)) }
            _ = try storage.ask(.patient)
        }
    }

    private static let insertFormer = PostgresStatement("fill_former", "INSERT INTO former_secrets VALUES ($1, $2, $3)")
    private static let setEdition = PostgresStatement(
        "fill_edition",
        """
        INSERT INTO state VALUES ('budgets_edition', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value
        """)
}

extension Array {
    /// Pieces of a size that is sent without waiting for answers.
    fileprivate var chunked: [ArraySlice<Element>] {
        stride(from: 0, to: count, by: 256).map { self[$0..<Swift.min($0 + 256, count)] }
    }
}
