import TuppenceCore
import TuppenceJournal

/// The rows of what a journal begins with, and of what has come before.
enum PostgresJournalCheckpoints {
    static let select = PostgresStatement(
        "foundation", "SELECT at, seal, entries, cost, price, topped_up, digest FROM foundation WHERE page = $1")
    static let selectBalances = PostgresStatement(
        "foundation_balances",
        "SELECT account, window_start, spent, held FROM foundation_balances WHERE page = $1")
    static let selectHolds = PostgresStatement(
        "foundation_holds", "SELECT hold FROM foundation_holds WHERE page = $1")

    static let insert = PostgresStatement(
        "insert_foundation",
        """
        INSERT INTO foundation VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (page)
        DO UPDATE SET at = excluded.at, seal = excluded.seal, entries = excluded.entries, cost = excluded.cost,
            price = excluded.price, topped_up = excluded.topped_up, digest = excluded.digest
        """)
    static let insertBalance = PostgresStatement(
        "prepare_balance",
        """
        INSERT INTO foundation_balances VALUES ($1, $2, $3, $4, $5) ON CONFLICT (page, account, window_start)
        DO UPDATE SET spent = excluded.spent, held = excluded.held
        """)
    static let insertHold = PostgresStatement(
        "prepare_hold",
        """
        INSERT INTO foundation_holds VALUES ($1, $2, $3, $4) ON CONFLICT (page, request, attempt)
        DO UPDATE SET hold = excluded.hold
        """)

    /// Before the page named first; so many.
    static let deletePages = PostgresStatement(
        "delete_pages",
        "DELETE FROM journal WHERE id IN (SELECT id FROM journal WHERE id < $1 ORDER BY id LIMIT $2)")
    /// Of other pages than the one named first; so many.
    static let deleteOthers = ["foundation_balances", "foundation_holds", "foundation"].map { table in
        PostgresStatement(
            "delete_other_\(table)",
            "DELETE FROM \(table) WHERE ctid = ANY (ARRAY(SELECT ctid FROM \(table) WHERE page <> $1 LIMIT $2))")
    }

    static func values(of checkpoint: JournalCheckpoint) -> [PostgresValue] {
        [
            .int(checkpoint.page), .int(checkpoint.at.milliseconds), .bytes(checkpoint.seal), .int(checkpoint.entries),
            .int(checkpoint.cost.nanodollars), .int(checkpoint.price.nanodollars),
            .int(checkpoint.toppedUp.nanodollars), .bytes(checkpoint.digest),
        ]
    }

    static func checkpoint(in rows: PostgresRows, page: Int64) throws(StoreError) -> JournalCheckpoint {
        JournalCheckpoint(
            page: page, at: Timestamp(milliseconds: try rows.int(0, 0)), seal: rows.bytes(0, 1),
            entries: Int(try rows.int(0, 2)), cost: Money(nanodollars: try rows.int(0, 3)),
            price: Money(nanodollars: try rows.int(0, 4)), toppedUp: Money(nanodollars: try rows.int(0, 5)),
            digest: rows.bytes(0, 6))
    }
}
