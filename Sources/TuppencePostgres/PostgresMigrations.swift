import TuppenceCore

/// The schema, as numbered steps. A step that has been released is never edited: the next change is a new step, which nodes of the
/// version before can live with.
enum PostgresMigrations {
    static let steps: [(name: String, sql: [String])] = [
        ("0001 journal", journal), ("0002 operators", operators), ("0003 budgets", budgets),
        ("0004 gateways", gateways), ("0005 foundation", foundation),
        ("0006 ends of keys", endsOfKeys),
    ]

    private static let all = PostgresStatement(
        "migrations_all", "SELECT name FROM migrations ORDER BY name")
    private static let applied = PostgresStatement("migrations_applied", "INSERT INTO migrations VALUES ($1)")
    private static let shortWait = PostgresStatement("short_wait", "SET LOCAL lock_timeout = 5000")
    /// Asked of the catalogue as this transaction sees it. `to_regclass` may answer from what the session remembers, which of a
    /// table that another node has made while this one waited for the lock is that there is none.
    private static let isThere = PostgresStatement(
        "migrations_there",
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE relname = 'migrations' AND relkind IN ('r', 'p') AND pg_catalog.pg_table_is_visible(oid))"
    )

    /// Whether none has ever been done.
    static func isEmpty(on connection: PostgresConnection, within patience: Double) throws(StoreError) -> Bool {
        try !connection.perform(isThere, within: patience).bool(0, 0)
    }

    /// The names of the steps that are yet to be done.
    static func due(on connection: PostgresConnection, within patience: Double) throws(StoreError) -> [String] {
        if try isEmpty(on: connection, within: patience) { return steps.map(\.name) }
        let rows = try connection.perform(all, within: patience)
        let known = (0..<rows.count).map { rows.text($0, 0) }
        return steps.map(\.name).filter { !known.contains($0) }
    }

    /// Does what is yet to be done, in one transaction; of several nodes that begin at once, one.
    static func perform(on connection: PostgresConnection, within patience: Double) throws(StoreError) {
        guard !(try due(on: connection, within: patience)).isEmpty else { return }
        try connection.perform(.begin, within: patience)
        do throws(StoreError) {
            // Nobody is to wait for long behind a change of a table that waits itself.
            try connection.perform(shortWait, within: patience)
            try connection.perform(PostgresLock.statement, within: patience)
            let due = try due(on: connection, within: patience)
            for (name, sql) in steps where due.contains(name) {
                for (index, text) in sql.enumerated() {
                    try connection.send(PostgresStatement("migration \(name) \(index)", text))
                    // What the next one names has to be there when it is prepared.
                    _ = try connection.answers(within: patience)
                }
                try connection.perform(applied, [.text(name)], within: patience)
            }
            try connection.perform(.commit, within: patience)
        } catch {
            if connection.isUsable { _ = try? connection.perform(.rollBack, within: patience) }
            throw error
        }
    }

    /// The journal is the ledger; the other tables are what it adds up to, so that a process need not read all of it.
    /// Amounts are nanodollars, times milliseconds since 1970. Names that callers give are UTF-8 in bytes, as they may hold a zero.
    private static let journal = [
        "CREATE TABLE migrations (name TEXT PRIMARY KEY)",
        """
        CREATE TABLE journal (
            id BIGINT PRIMARY KEY,
            at BIGINT NOT NULL,
            seal BYTEA NOT NULL,
            page BYTEA NOT NULL
        )
        """,
        // Pages are dense: an attempt to compress them costs and gains nothing.
        "ALTER TABLE journal ALTER COLUMN page SET STORAGE EXTERNAL",
        """
        CREATE TABLE balances (
            account BYTEA NOT NULL,
            window_start BIGINT NOT NULL,
            spent BIGINT NOT NULL,
            held BIGINT NOT NULL CHECK (held >= 0),
            page BIGINT NOT NULL,
            PRIMARY KEY (account, window_start)
        )
        """,
        """
        CREATE TABLE kept_holds (
            request BYTEA NOT NULL,
            attempt BIGINT NOT NULL,
            hold BYTEA NOT NULL,
            PRIMARY KEY (request, attempt)
        )
        """,
        "CREATE TABLE state (name TEXT PRIMARY KEY, value BIGINT NOT NULL)",
        """
        CREATE TABLE spending (
            span BIGINT NOT NULL,
            start BIGINT NOT NULL,
            key BYTEA NOT NULL,
            customer BYTEA NOT NULL,
            route BYTEA NOT NULL,
            provider BYTEA NOT NULL,
            model BYTEA NOT NULL,
            requests BIGINT NOT NULL,
            attempts BIGINT NOT NULL,
            retried BIGINT NOT NULL,
            failed BIGINT NOT NULL,
            cached BIGINT NOT NULL,
            input BIGINT NOT NULL,
            cached_input BIGINT NOT NULL,
            output BIGINT NOT NULL,
            cost BIGINT NOT NULL,
            price BIGINT NOT NULL,
            prepaid BIGINT NOT NULL,
            durations BYTEA NOT NULL,
            first_contents BYTEA NOT NULL,
            PRIMARY KEY (span, start, key, customer, route, provider, model)
        )
        """,
        """
        CREATE TABLE top_ups (
            id BYTEA PRIMARY KEY,
            wallet BYTEA NOT NULL,
            at BIGINT NOT NULL,
            amount BIGINT NOT NULL,
            note BYTEA
        )
        """,
        "CREATE INDEX top_ups_by_wallet ON top_ups (wallet, at)",
        """
        CREATE TABLE feedback (
            request BYTEA PRIMARY KEY,
            at BIGINT NOT NULL,
            score DOUBLE PRECISION NOT NULL,
            comment BYTEA
        )
        """,
    ]

    /// Who may use the data plane and the control plane, and what has been changed by whom.
    private static let operators = [
        """
        CREATE TABLE keys (
            name TEXT COLLATE "C" PRIMARY KEY,
            hash BYTEA NOT NULL UNIQUE,
            hint TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            disabled BOOLEAN NOT NULL DEFAULT FALSE,
            version BIGINT NOT NULL DEFAULT 1
        )
        """,
        "CREATE TABLE former_secrets (hash BYTEA PRIMARY KEY, key TEXT NOT NULL, until BIGINT NOT NULL)",
        """
        CREATE TABLE operators (
            name TEXT COLLATE "C" PRIMARY KEY,
            hash BYTEA NOT NULL UNIQUE,
            hint TEXT NOT NULL,
            role TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            expires_at BIGINT,
            disabled BOOLEAN NOT NULL DEFAULT FALSE
        )
        """,
        """
        CREATE TABLE audit (
            id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at BIGINT NOT NULL,
            actor TEXT NOT NULL,
            origin TEXT NOT NULL,
            action TEXT NOT NULL,
            subject TEXT NOT NULL,
            detail TEXT NOT NULL
        )
        """,
    ]

    /// Budgets that are made and changed while gateways run. Their changes are counted in `state` as `budgets_edition`, and the
    /// version of each is that of its last one.
    private static let budgets = [
        """
        CREATE TABLE budgets (
            name TEXT COLLATE "C" PRIMARY KEY,
            definition TEXT NOT NULL,
            spend_limit BIGINT NOT NULL,
            version BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            changed_at BIGINT NOT NULL,
            changed_by TEXT NOT NULL
        )
        """
    ]

    /// What the pages of the journal add up to that were taken away from its beginning. The first one that is there is in `state` as
    /// `first_page`, and what counts are the rows of the page before it: others are being prepared, or have been replaced. In an
    /// archive `state` has `archive`.
    private static let foundation = [
        """
        CREATE TABLE foundation (
            page BIGINT PRIMARY KEY,
            at BIGINT NOT NULL,
            seal BYTEA NOT NULL,
            entries BIGINT NOT NULL,
            cost BIGINT NOT NULL,
            price BIGINT NOT NULL,
            topped_up BIGINT NOT NULL,
            digest BYTEA NOT NULL
        )
        """,
        """
        CREATE TABLE foundation_balances (
            page BIGINT NOT NULL,
            account BYTEA NOT NULL,
            window_start BIGINT NOT NULL,
            spent BIGINT NOT NULL,
            held BIGINT NOT NULL CHECK (held >= 0),
            PRIMARY KEY (page, account, window_start)
        )
        """,
        """
        CREATE TABLE foundation_holds (
            page BIGINT NOT NULL,
            request BYTEA NOT NULL,
            attempt BIGINT NOT NULL,
            hold BYTEA NOT NULL,
            PRIMARY KEY (page, request, attempt)
        )
        """,
    ]

    /// A node of the version before names its values by their place, and leaves this one out.
    private static let endsOfKeys = ["ALTER TABLE keys ADD COLUMN expires_at BIGINT"]

    /// Which gateways there are, and when each was there last, by the server's clock.
    private static let gateways = ["CREATE TABLE gateways (id BYTEA PRIMARY KEY, seen_at TIMESTAMPTZ NOT NULL)"]
}

/// What makes writers of the ledger wait for one another: a lock that ends with its transaction, of whoever uses the same schema.
enum PostgresLock {
    static let statement = PostgresStatement(
        "lock", "SELECT pg_advisory_xact_lock(1953853552, hashtext(current_schema()))")
}
