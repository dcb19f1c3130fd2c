import GRDB
import GRDBSQLite
import TuppenceCore
import TuppenceJournal
import TuppenceStore

/// The embedded store: one SQLite file in WAL mode, every commit synced to disk before it is acknowledged.
public final class SQLiteStore: Store {
    private let queue: DatabaseQueue
    /// Nil once the file is closed. Touched within the queue only.
    nonisolated(unsafe) private var opened: Journal?

    /// Opens or creates the file, readable by its owner only, and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - patience: how many seconds a lock of another process is waited for. Commands on the same file (`keys create`, say) hold
    ///     it for moments only.
    ///   - window: that of the journal.
    ///   - movesLog: whether its commits move the write-ahead log into the file. Of several connections one should.
    ///   - readsOn: whether what the journal says last is read at once, so that what can't be read is told now.
    public init(
        path: String, patience: Double = 1, window: Int64 = Journal.usualWindow, movesLog: Bool = true,
        readsOn: Bool = true
    ) throws(StoreError) {
        do {
            SQLiteFile(path: path).makePrivate()
            queue = try DatabaseQueue(path: path, configuration: Self.configuration(patience: patience))
            guard try !queue.read(Migrations.isAhead) else { throw StoreError(Migrations.aheadText) }
            try Migrations.migrator.migrate(queue)
            let storage = try queue.writeWithoutTransaction { db in
                // GRDB opens WAL databases at NORMAL, which may lose the last commits with the power.
                try db.execute(sql: "PRAGMA synchronous = FULL")
                guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
                    throw StoreError("SQLite did not accept synchronous = FULL")
                }
                // The same few pages change with every commit: writing them back to the file seldom writes them once. A log that
                // grows costs each commit a second write to the disk, for its length, until it is begun anew in its old place.
                try db.execute(sql: "PRAGMA wal_autocheckpoint = \(movesLog ? Self.walCheckpointPages : 0)")
                // Debian's SQLite overwrites what it deletes with zeros; a hold that is over is no secret.
                _ = try Bool.fetchOne(db, sql: "PRAGMA secure_delete = OFF")
                guard let connection = db.sqliteConnection else { throw StoreError("SQLite has no connection") }
                return try SQLiteJournalStorage(connection)
            }
            let journal = Journal(storage, window: window)
            opened = journal
            guard readsOn else { return }
            // What can't be read is told now, and not to the first caller. In one transaction: another process may write.
            try queue.read { _ in try journal.catchUp() }
        } catch {
            throw StoreError(wrapping: error, path: path)
        }
    }

    /// On a connection that can only read, to a file whose schema is up to date.
    init(reading queue: DatabaseQueue, readsOn: Bool = true) throws {
        self.queue = queue
        let journal = Journal(
            try queue.unsafeRead { db in
                guard let connection = db.sqliteConnection else { throw StoreError("SQLite has no connection") }
                return try SQLiteJournalStorage(connection)
            })
        opened = journal
        guard readsOn else { return }
        try queue.read { _ in try journal.catchUp() }
    }

    /// 8 MiB of write-ahead log between checkpoints. The commit that makes it so long moves it into the file, and whoever waits for
    /// that commit waits for it all. No other connection is to do it, or SQLite before 3.51.3 may lose what is committed meanwhile
    /// (https://sqlite.org/wal.html#walresetbug).
    static let walCheckpointPages = 2_048

    private static func configuration(patience: Double) -> GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.journalMode = .wal
        configuration.label = "tuppence.ledger"
        configuration.busyMode = .timeout(patience)
        return configuration
    }

    public func apply(_ operations: [LedgerOperation]) throws(StoreError) -> [LedgerOutcome] {
        do {
            return try connected { _, journal in try journal.apply(operations) }
        } catch {
            throw StoreError(wrapping: error, path: nil)
        }
    }

    public func reading<Result>(_ body: (Journal) throws -> Result) throws(StoreError) -> Result {
        try readingAll { _, journal in try body(journal) }
    }

    public func maintaining<Result>(
        _ body: (any JournalStorage) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        do {
            return try connected { _, journal in
                let storage = journal.storage
                return try storage.transaction { () throws(StoreError) in try body(storage) }
            }
        } catch {
            throw StoreError(wrapping: error, path: nil)
        }
    }

    func readingRows<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        try readingAll { db, _ in try body(db) }
    }

    private func readingAll<Result>(_ body: (Database, Journal) throws -> Result) throws(StoreError) -> Result {
        do {
            return try connected { db, journal in
                var result: Result?
                try db.readOnly {
                    try db.inTransaction(.deferred) {
                        result = try body(db, journal)
                        return .commit
                    }
                }
                return result!
            }
        } catch {
            // Of a damaged file people have to know which it is.
            let isDamaged = (error as? DatabaseError)?.resultCode == .SQLITE_CORRUPT
            throw StoreError(wrapping: error, path: isDamaged ? queue.path : nil)
        }
    }

    public func makeBooks() -> StoreBooks {
        let path = queue.path
        return StoreBooks { () throws(StoreError) in try SQLiteBooksConnection(path: path) }
    }

    public func lastKnownBalance(of account: BudgetAccount) throws(StoreError) -> Balance {
        try reading { journal in try journal.lastKnownBalance(of: account) }
    }

    public func lastKnowsHold(of attempt: AttemptID) throws(StoreError) -> Bool {
        try reading { journal in try journal.lastKnowsHold(of: attempt) }
    }

    public func lastKnownOutcome(of attempt: AttemptID) throws(StoreError) -> AttemptOutcome? {
        try reading { journal in try journal.lastKnownOutcome(of: attempt) }
    }

    public func prove() throws(StoreError) {
        do {
            // Set to what it is, it is written all the same.
            try connected { db, _ in
                try db.inTransaction {
                    try db.execute(sql: "PRAGMA user_version = 0")
                    return .commit
                }
            }
        } catch {
            throw StoreError(wrapping: error, path: nil)
        }
    }

    // MARK: The connection

    /// Calls `body` with the connection, outside of any transaction, unless it is closed: what GRDB reads of one that is closed
    /// ends the process.
    func connected<Result>(_ body: (Database, Journal) throws -> Result) throws -> Result {
        try queue.writeWithoutTransaction { db in
            guard let opened else { throw StoreError("the store is closed") }
            return try body(db, opened)
        }
    }

    public func close() throws(StoreError) {
        do {
            // First, since its statements keep the connection open.
            queue.writeWithoutTransaction { _ in opened = nil }
            try queue.close()
        } catch {
            throw StoreError(wrapping: error, path: queue.path)
        }
    }
}

extension StoreError {
    init(wrapping error: any Error, path: String?) {
        let text = (error as? StoreError)?.description ?? "\(error)"
        guard let path else {
            self.init(text)
            return
        }
        let remedy = (error as? DatabaseError).flatMap { SQLiteFile(path: path).remedy(for: $0.resultCode) }
        self.init("\(path): \(text)" + (remedy.map { ". \($0)" } ?? ""))
    }
}
