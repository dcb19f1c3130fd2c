import GRDB

/// The schema, as numbered steps. A step that has been released is never edited: the next change is a new step.
enum Migrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("0001 ledger") { db in try db.execute(sql: ledger) }
        return migrator
    }

    /// Entries are keyed by request and attempt; ids begin with the time, so the table is written at its end. Holds are
    /// kept by the batch (see ``HoldBatch``). Amounts are nanodollars, times milliseconds since 1970.
    private static let ledger = """
        CREATE TABLE hold_batches (
            id INTEGER PRIMARY KEY,
            first_expiry INTEGER NOT NULL,
            holds BLOB NOT NULL
        ) STRICT;

        CREATE TABLE balances (
            account TEXT NOT NULL,
            window_start INTEGER NOT NULL,
            spent INTEGER NOT NULL,
            held INTEGER NOT NULL CHECK (held >= 0),
            PRIMARY KEY (account, window_start)
        ) WITHOUT ROWID, STRICT;

        CREATE TABLE entries (
            request BLOB NOT NULL,
            attempt INTEGER NOT NULL,
            at INTEGER NOT NULL,
            key TEXT NOT NULL,
            customer TEXT,
            user TEXT,
            route TEXT,
            provider TEXT NOT NULL,
            model TEXT NOT NULL,
            endpoint TEXT NOT NULL,
            outcome TEXT NOT NULL,
            status INTEGER NOT NULL,
            input INTEGER NOT NULL,
            cached_input INTEGER NOT NULL,
            cache_write INTEGER NOT NULL,
            cache_write_1h INTEGER NOT NULL,
            audio_input INTEGER NOT NULL,
            output INTEGER NOT NULL,
            reasoning INTEGER NOT NULL,
            audio_output INTEGER NOT NULL,
            cost INTEGER NOT NULL CHECK (cost >= 0),
            estimated INTEGER NOT NULL,
            reported_cost INTEGER,
            rate_card TEXT NOT NULL,
            duration INTEGER NOT NULL,
            first_content INTEGER,
            PRIMARY KEY (request, attempt)
        ) WITHOUT ROWID, STRICT;

        CREATE TABLE keys (
            name TEXT PRIMARY KEY,
            hash BLOB NOT NULL UNIQUE,
            hint TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            disabled INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID, STRICT;
        """
}
