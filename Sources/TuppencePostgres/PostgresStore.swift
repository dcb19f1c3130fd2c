import Foundation
import TuppenceCore
import TuppenceJournal
import TuppenceStore

/// The store that several gateways share: one PostgreSQL database, in which every commit is durable before it is acknowledged.
///
/// The ledger is the same journal of sealed pages as elsewhere. A node takes the journal's lock, reads the pages that others
/// have written since, decides, and appends a page of its own, all in one transaction: so no two nodes ever decide on the
/// same balance, and the database alone arbitrates.
///
/// For any thread: the journal and its rows are touched within its lock only, all else never changes.
public final class PostgresStore: Store, @unchecked Sendable {
    let url: String
    /// How many seconds the server is waited for.
    let patience: Double
    /// Keys, budgets, operators: beside the ledger.
    let shared: PostgresSharedConnection
    /// Guards all below.
    private let lock = NSLock()
    private let storage: PostgresJournalStorage
    private let journal: Journal
    private var lastApplied = ContinuousClock.now

    /// What brings a schema up to date, and what people ask, may take its time, in seconds.
    static let longPatience = 30.0
    /// How long a node may hold up all others, as a share of patience: if it does not go on the server ends its transaction, before
    /// the others give up waiting for the lock, which they do before they take the server for gone.
    private static let (longestSilence, longestWait) = (0.4, 0.7)

    /// Opens the database and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - url: as libpq knows them; `postgres://user@host/database`.
    ///   - patience: how many seconds the server is waited for.
    ///   - window: that of the journal.
    ///   - readsOn: whether what the journal says last is read at once, so that what can't be read is told now.
    public convenience init(
        url: String, patience: Double = 1, window: Int64 = Journal.usualWindow, readsOn: Bool = true
    ) throws(StoreError) {
        try PostgresMigrations.perform(on: PostgresConnection(url: url), within: Self.longPatience)
        try self.init(migrated: url, patience: patience, window: window, readsOn: readsOn)
    }

    private init(
        migrated url: String, patience: Double, window: Int64 = Journal.usualWindow, readOnly: Bool = false,
        readsOn: Bool = true
    ) throws(StoreError) {
        self.url = url
        self.patience = patience
        shared = PostgresSharedConnection(
            PostgresLine(
                url: url, readOnly: readOnly, greeting: Self.greeting(patience: patience), patience: patience))
        storage = PostgresJournalStorage(
            PostgresLine(
                url: url, readOnly: readOnly, greeting: Self.greeting(patience: patience), patience: patience))
        journal = Journal(storage, window: window)
        // What can't be read is told now, and not to the first caller.
        if readsOn { try catchUp() }
    }

    /// Looks into a database that is there. Nothing in it is changed.
    public static func look(at url: String) throws(StoreError) -> StoreLook {
        let connection = try PostgresConnection(url: url, readOnly: true)
        if try PostgresMigrations.isEmpty(on: connection, within: longPatience) { return .empty }
        let due = try PostgresMigrations.due(on: connection, within: longPatience)
        return due.isEmpty
            ? .upToDate(try PostgresStore(migrated: url, patience: longPatience, readOnly: true))
            : .behind(steps: due.count)
    }

    static func greeting(patience: Double) -> [PostgresStatement] {
        [
            // A commit that was acknowledged is there after a crash, whatever the server is set to; and more, where it is set to
            // more.
            PostgresStatement(
                "durable",
                """
                SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit')
                    WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)
                """),
            // A node that is cut off in the middle of a statement is found out by the system.
            PostgresStatement("keepalives", "SET tcp_keepalives_idle = 5"),
            PostgresStatement("keepalive_interval", "SET tcp_keepalives_interval = 2"),
            PostgresStatement("keepalive_count", "SET tcp_keepalives_count = 2"),
            PostgresStatement("unacknowledged", "SET tcp_user_timeout = 5000"),
            PostgresStatement(
                "silence", "SET idle_in_transaction_session_timeout = \(Int(patience * longestSilence * 1_000))"),
            PostgresStatement("waiting", "SET lock_timeout = \(Int(patience * longestWait * 1_000))"),
        ]
    }

    public func makeBooks() -> StoreBooks {
        StoreBooks { [url] () throws(StoreError) in
            PostgresBooks(PostgresLine(url: url, patience: Self.longPatience))
        }
    }

    // MARK: The ledger

    public func apply(_ operations: [LedgerOperation]) throws(StoreError) -> [LedgerOutcome] {
        try locked { () throws(StoreError) in
            // What others have written in a long while is read before the lock is taken, and what has to be looked for, such as how
            // holds have ended that settlements come too late for: they need not wait for that.
            var prior = PriorOutcomes()
            if !journal.isLoaded || lastApplied.duration(to: .now) > Self.longWhile
                || journal.looksBack(for: operations)
            {
                try catchUp { try prior.read(operations, in: journal) }
            }
            let outcomes = try journal.apply(operations, knowing: prior)
            lastApplied = .now
            return outcomes
        }
    }

    private static let longWhile = Duration.seconds(2)

    /// With the lock of this object held.
    private func catchUp(_ andThen: () throws -> Void = {}) throws(StoreError) {
        do {
            try storage.reading {
                try journal.catchUp()
                try andThen()
            }
        } catch {
            throw (error as? StoreError) ?? StoreError("\(error)")
        }
    }

    public func prove() throws(StoreError) {
        try locked { () throws(StoreError) in
            try storage.begin()
            do throws(StoreError) {
                _ = try storage.ask(Self.touch)
                try storage.commit()
            } catch {
                storage.rollBack()
                throw error
            }
        }
    }

    private static let touch = PostgresStatement(
        "touch", "INSERT INTO state VALUES ('proved', 1) ON CONFLICT (name) DO UPDATE SET value = state.value + 1")

    public func lastKnownBalance(of account: BudgetAccount) throws(StoreError) -> Balance {
        try locked { () throws(StoreError) in try journal.lastKnownBalance(of: account) }
    }

    public func lastKnowsHold(of attempt: AttemptID) throws(StoreError) -> Bool {
        try locked { () throws(StoreError) in try journal.lastKnowsHold(of: attempt) }
    }

    public func lastKnownOutcome(of attempt: AttemptID) throws(StoreError) -> AttemptOutcome? {
        try locked { () throws(StoreError) in try journal.lastKnownOutcome(of: attempt) }
    }

    /// How often the ledger has waited for the server.
    public var roundTrips: Int {
        lock.lock()
        defer { lock.unlock() }
        return storage.line.roundTrips
    }

    public func reading<Result>(_ body: (Journal) throws -> Result) throws(StoreError) -> Result {
        try locked { () throws(StoreError) in
            do {
                return try storage.reading { try body(journal) }
            } catch {
                throw (error as? StoreError) ?? StoreError("\(error)")
            }
        }
    }

    public func maintaining<Result>(
        _ body: (any JournalStorage) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try locked { () throws(StoreError) in
            try storage.transaction { () throws(StoreError) in try body(storage) }
        }
    }

    public func close() {
        shared.close()
        lock.lock()
        defer { lock.unlock() }
        storage.line.close()
    }

    private func locked<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        lock.lock()
        defer { lock.unlock() }
        return try body()
    }
}
