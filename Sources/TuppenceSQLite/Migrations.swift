import GRDB
import TuppenceCore
import TuppenceJournal

/// The schema, as numbered steps. A step that has been released is never edited: the next change is a new step.
enum Migrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("0001 journal") { db in
            guard try !db.tableExists("entries") else {
                throw StoreError(
                    "this file is of a version of Tuppence that was never released, and can't be read. Move it away.")
            }
            try db.execute(sql: journal)
        }
        migrator.registerMigration("0002 feedback") { db in try db.execute(sql: feedback) }
        migrator.registerMigration("0003 spending") { db in
            try db.execute(sql: spending)
            guard let connection = db.sqliteConnection else { throw StoreError("SQLite has no connection") }
            try Journal.addUpEverything(in: SQLiteJournalStorage(connection))
        }
        migrator.registerMigration("0004 operators") { db in try db.execute(sql: operators) }
        migrator.registerMigration("0005 former secrets") { db in try db.execute(sql: formerSecrets) }
        migrator.registerMigration("0006 budgets") { db in try db.execute(sql: budgets) }
        migrator.registerMigration("0007 versions of keys") { db in
            try db.execute(sql: "ALTER TABLE keys ADD COLUMN version INTEGER NOT NULL DEFAULT 1")
        }
        migrator.registerMigration("0008 foundation") { db in try db.execute(sql: foundation) }
        migrator.registerMigration("0009 ends of keys") { db in
            try db.execute(sql: "ALTER TABLE keys ADD COLUMN expires_at INTEGER")
        }
        return migrator
    }

    /// Whether a version of Tuppence has been here that knows more steps than this one.
    static func isAhead(_ db: Database) throws -> Bool { try migrator.hasBeenSuperseded(db) }

    /// Writing what a newer version reads otherwise would spoil its ledger.
    static let aheadText =
        "it was written by a newer version of Tuppence, and this one would damage it. Run the newer one, or go back to a copy from before it."

    /// The journal is the ledger; the other tables are what it adds up to, so that a process need not read all of it.
    /// Amounts are nanodollars, times milliseconds since 1970.
    private static let journal = """
        CREATE TABLE journal (
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            seal BLOB NOT NULL,
            page BLOB NOT NULL
        ) STRICT;

        CREATE TABLE balances (
            account TEXT NOT NULL,
            window_start INTEGER NOT NULL,
            spent INTEGER NOT NULL,
            held INTEGER NOT NULL CHECK (held >= 0),
            page INTEGER NOT NULL,
            PRIMARY KEY (account, window_start)
        ) WITHOUT ROWID, STRICT;

        CREATE TABLE kept_holds (
            request BLOB NOT NULL,
            attempt INTEGER NOT NULL,
            hold BLOB NOT NULL,
            PRIMARY KEY (request, attempt)
        ) WITHOUT ROWID, STRICT;

        CREATE TABLE state (
            name TEXT PRIMARY KEY,
            value INTEGER NOT NULL
        ) WITHOUT ROWID, STRICT;

        CREATE TABLE keys (
            name TEXT PRIMARY KEY,
            hash BLOB NOT NULL UNIQUE,
            hint TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            disabled INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID, STRICT;
        """

    /// What the pages of the journal add up to that were taken away from its beginning. The first one that is there is in `state` as
    /// `first_page`, and what counts are the rows of the page before it: others are being prepared, or have been replaced. In an
    /// archive `state` has `archive`.
    private static let foundation = """
        CREATE TABLE foundation (
            page INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            seal BLOB NOT NULL,
            entries INTEGER NOT NULL,
            cost INTEGER NOT NULL,
            price INTEGER NOT NULL,
            topped_up INTEGER NOT NULL,
            digest BLOB NOT NULL
        ) STRICT;

        CREATE TABLE foundation_balances (
            page INTEGER NOT NULL,
            account TEXT NOT NULL,
            window_start INTEGER NOT NULL,
            spent INTEGER NOT NULL,
            held INTEGER NOT NULL CHECK (held >= 0),
            PRIMARY KEY (page, account, window_start)
        ) WITHOUT ROWID, STRICT;

        CREATE TABLE foundation_holds (
            page INTEGER NOT NULL,
            request BLOB NOT NULL,
            attempt INTEGER NOT NULL,
            hold BLOB NOT NULL,
            PRIMARY KEY (page, request, attempt)
        ) WITHOUT ROWID, STRICT;
        """

    /// Who may use the control plane, and what they have changed.
    private static let operators = """
        CREATE TABLE operators (
            name TEXT PRIMARY KEY,
            hash BLOB NOT NULL UNIQUE,
            hint TEXT NOT NULL,
            role TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER,
            disabled INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID, STRICT;

        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            origin TEXT NOT NULL,
            action TEXT NOT NULL,
            subject TEXT NOT NULL,
            detail TEXT NOT NULL
        ) STRICT;
        """

    /// Secrets that keys had before and that count for a while beside the present ones.
    private static let formerSecrets = """
        CREATE TABLE former_secrets (
            hash BLOB PRIMARY KEY,
            key TEXT NOT NULL,
            until INTEGER NOT NULL
        ) WITHOUT ROWID, STRICT;
        """

    /// Budgets that are made and changed while the gateway runs. Their changes are counted in `state` as `budgets_edition`, and
    /// the version of each is that of its last one.
    private static let budgets = """
        CREATE TABLE budgets (
            name TEXT PRIMARY KEY,
            definition TEXT NOT NULL,
            spend_limit INTEGER NOT NULL,
            version INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            changed_by TEXT NOT NULL
        ) WITHOUT ROWID, STRICT;
        """

    /// What callers say of answers: no part of the ledger, and not sealed. Ids sort by time.
    private static let feedback = """
        CREATE TABLE feedback (
            request BLOB PRIMARY KEY,
            at INTEGER NOT NULL,
            score REAL NOT NULL,
            comment TEXT
        ) WITHOUT ROWID, STRICT;
        """

    /// What the journal's entries add up to by spans of time (`SpendingSpan`), up to the page that `state` calls `summed_to`.
    /// Without a customer or a route, and in hours without a key, the name is empty. And its top-ups, which are few.
    private static let spending = """
        CREATE TABLE spending (
            span INTEGER NOT NULL,
            start INTEGER NOT NULL,
            key TEXT NOT NULL,
            customer TEXT NOT NULL,
            route TEXT NOT NULL,
            provider TEXT NOT NULL,
            model TEXT NOT NULL,
            requests INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            retried INTEGER NOT NULL,
            failed INTEGER NOT NULL,
            cached INTEGER NOT NULL,
            input INTEGER NOT NULL,
            cached_input INTEGER NOT NULL,
            output INTEGER NOT NULL,
            cost INTEGER NOT NULL,
            price INTEGER NOT NULL,
            prepaid INTEGER NOT NULL,
            durations BLOB NOT NULL,
            first_contents BLOB NOT NULL,
            PRIMARY KEY (span, start, key, customer, route, provider, model)
        ) WITHOUT ROWID, STRICT;

        CREATE TABLE top_ups (
            id BLOB PRIMARY KEY,
            wallet TEXT NOT NULL,
            at INTEGER NOT NULL,
            amount INTEGER NOT NULL,
            note TEXT
        ) WITHOUT ROWID, STRICT;

        CREATE INDEX top_ups_by_wallet ON top_ups (wallet, at);
        """
}
