import Foundation
import GRDB
import TuppenceCore

/// The tables of the cache. Used by one thread.
final class CacheDatabase {
    private let queue: DatabaseQueue
    /// What was found since the last write, and when: it is written with the next one.
    private var used: [Int64: Int64] = [:]

    /// Answers are found by their key; their bodies lie apart, so that noting a use does not write one anew.
    private static let schema = """
        CREATE TABLE answers (
            id INTEGER PRIMARY KEY,
            key BLOB NOT NULL UNIQUE,
            stored_at INTEGER NOT NULL,
            used_at INTEGER NOT NULL,
            provider TEXT NOT NULL,
            model TEXT NOT NULL,
            content_type TEXT NOT NULL,
            is_stream INTEGER NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX answers_by_use ON answers (used_at, id);
        CREATE INDEX answers_by_age ON answers (stored_at);
        CREATE TABLE bodies (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
        PRAGMA user_version = \(version);
        """

    /// Of the schema. A file of another one is as good as broken.
    private static let version = 1

    /// What an answer takes beside its body, pages that are not full included.
    private static let overhead = 16 << 10

    struct OtherVersion: Error {}

    static func isBroken(_ error: any Error) -> Bool {
        if error is OtherVersion { return true }
        guard let code = (error as? DatabaseError)?.resultCode else { return false }
        // An ordinary error in a statement that never changes: the tables are not ours.
        return code == .SQLITE_CORRUPT || code == .SQLITE_NOTADB || code == .SQLITE_ERROR || code == .SQLITE_SCHEMA
    }

    init(path: String) throws {
        // Answers are their callers' business: nobody but the owner may read them. SQLite gives its other files the same mode.
        // Where the file is there, or can't be made, SQLite says what there is to say.
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY, 0o600)
        if descriptor >= 0 { close(descriptor) }
        var configuration = Configuration()
        configuration.label = "tuppence.cache"
        configuration.busyMode = .timeout(0.05)
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { db in
            let version = try Int.fetchOne(db, sql: "PRAGMA user_version")
            // Before there is any table, or it has no effect: deleted pages can then be given back to the disk.
            if version == 0 { try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
            _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
            // After a power cut the last answers may be missing; none is half there.
            try db.execute(sql: "PRAGMA synchronous = NORMAL")
            _ = try Int.fetchOne(db, sql: "PRAGMA journal_size_limit = \(4 << 20)")
            switch version {
            case 0:
                try db.inTransaction {
                    try db.execute(sql: Self.schema); return .commit
                }
            case Self.version: break
            default: throw OtherVersion()
            }
        }
    }

    // MARK: Reading

    /// What is kept under `key`, however old. What was damaged on the disk is not there.
    func find(_ key: CacheKey, at now: Timestamp) throws -> CachedAnswer? {
        let found: (id: Int64, answer: CachedAnswer, checksum: Int64)? = try queue.writeWithoutTransaction { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT answers.id, stored_at, provider, model, content_type, is_stream, checksum, body
                    FROM answers JOIN bodies ON bodies.id = answers.id WHERE key = ?
                    """)
            guard let row = try Row.fetchOne(statement, arguments: [Data(key.bytes)]) else { return nil }
            let answer = CachedAnswer(
                target: Target(provider: row[2], model: row[3]), contentType: row[4], isStream: row[5],
                body: Array(row[7] as Data), storedAt: Timestamp(milliseconds: row[1]))
            return (row[0], answer, row[6])
        }
        guard let found else { return nil }
        guard found.checksum == Self.checksum(of: found.answer) else {
            try queue.inTransaction { db in
                try Self.delete([found.id], db)
                return .commit
            }
            return nil
        }
        used[found.id] = now.milliseconds
        return found.answer
    }

    // MARK: Writing

    /// Keeps `answers`, letting go of those that nobody has asked for the longest where there is no room.
    func keep(_ answers: [CacheKey: CachedAnswer], within bounds: CacheBounds) throws {
        guard !answers.isEmpty else { return }
        try queue.inTransaction { db in
            try noteUse(db)
            for (key, answer) in answers where answer.body.count <= bounds.maximumBodyBytes {
                try Self.forget(key, db)
                try Self.makeRoom(for: answer.body.count + Self.overhead, within: bounds, db)
                try Self.insert(answer, under: key, db)
            }
            return .commit
        }
    }

    /// Deletes what is too old to be of use, and keeps the file within its bounds should they have become narrower.
    func sweep(at now: Timestamp, within bounds: CacheBounds) throws {
        let oldest = now.milliseconds - bounds.keptFor.count
        try queue.inTransaction { db in
            try noteUse(db)
            let statement = try db.cachedStatement(sql: "SELECT id FROM answers WHERE stored_at < ? LIMIT 1000")
            try Self.delete(try Int64.fetchAll(statement, arguments: [oldest]), db)
            try Self.makeRoom(for: 0, within: bounds, db)
            return .commit
        }
        try queue.writeWithoutTransaction { db in
            let excess = try Self.pages(db).total - bounds.maximumBytes / Self.pageBytes(db)
            if excess > 0 { try db.execute(sql: "PRAGMA incremental_vacuum(\(excess))") }
        }
    }

    /// Deletes what is kept under `key`.
    func forget(_ key: CacheKey) throws {
        try queue.inTransaction { db in
            try Self.forget(key, db)
            return .commit
        }
    }

    private func noteUse(_ db: Database) throws {
        guard !used.isEmpty else { return }
        let statement = try db.cachedStatement(sql: "UPDATE answers SET used_at = ? WHERE id = ?")
        for (id, time) in used { try statement.execute(arguments: [time, id]) }
        used.removeAll(keepingCapacity: true)
    }

    private static func forget(_ key: CacheKey, _ db: Database) throws {
        let statement = try db.cachedStatement(sql: "SELECT id FROM answers WHERE key = ?")
        try delete(try Int64.fetchAll(statement, arguments: [Data(key.bytes)]), db)
    }

    private static func insert(_ answer: CachedAnswer, under key: CacheKey, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO answers (key, stored_at, used_at, provider, model, content_type, is_stream, checksum)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            Data(key.bytes), answer.storedAt.milliseconds, answer.storedAt.milliseconds, answer.target.provider,
            answer.target.model, answer.contentType, answer.isStream, checksum(of: answer),
        ])
        try db.cachedStatement(sql: "INSERT INTO bodies (id, body) VALUES (?, ?)").execute(
            arguments: [db.lastInsertedRowID, Data(answer.body)])
    }

    private static func delete(_ ids: [Int64], _ db: Database) throws {
        for id in ids {
            try db.cachedStatement(sql: "DELETE FROM bodies WHERE id = ?").execute(arguments: [id])
            try db.cachedStatement(sql: "DELETE FROM answers WHERE id = ?").execute(arguments: [id])
        }
    }

    // MARK: Bounds

    /// Deletes what was used the longest ago until `bytes` more fit.
    private static func makeRoom(for bytes: Int, within bounds: CacheBounds, _ db: Database) throws {
        let pageBytes = try pageBytes(db)
        let allowed = (bounds.maximumBytes - bytes) / pageBytes
        while true {
            let pages = try pages(db)
            guard pages.total - pages.free > allowed else { return }
            let statement = try db.cachedStatement(sql: "SELECT id FROM answers ORDER BY used_at, id LIMIT 8")
            let oldest = try Int64.fetchAll(statement)
            if oldest.isEmpty { return }
            for id in oldest {
                try delete([id], db)
                let pages = try Self.pages(db)
                if pages.total - pages.free <= allowed { return }
            }
        }
    }

    private static func pages(_ db: Database) throws -> (total: Int, free: Int) {
        (
            try Int.fetchOne(try db.cachedStatement(sql: "PRAGMA page_count")) ?? 0,
            try Int.fetchOne(try db.cachedStatement(sql: "PRAGMA freelist_count")) ?? 0
        )
    }

    private static func pageBytes(_ db: Database) throws -> Int {
        try Int.fetchOne(try db.cachedStatement(sql: "PRAGMA page_size")) ?? 4_096
    }

    /// FNV-1a over the answer: SQLite notices a broken page, but not a wrong byte within a body.
    private static func checksum(of answer: CachedAnswer) -> Int64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        for byte in answer.body { add(byte) }
        for text in [answer.contentType, answer.target.provider, answer.target.model] {
            add(0xFF)
            for byte in text.utf8 { add(byte) }
        }
        for shift in stride(from: 0, to: 64, by: 8) {
            add(UInt8(truncatingIfNeeded: answer.storedAt.milliseconds >> Int64(shift)))
        }
        add(answer.isStream ? 1 : 0)
        return Int64(bitPattern: hash)
    }
}
