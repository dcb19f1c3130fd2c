import Foundation
import GRDB
import TuppenceCore

/// Writes feedback beside the ledger, on a connection of its own. Belongs to one thread.
///
/// A commit here is not synced to the disk: it holds the file's lock for a moment only, and the ledger's next commit takes it
/// along. A power cut may lose the feedback of the last moments, and nothing of the ledger.
final class FeedbackNotes {
    private let queue: DatabaseQueue

    init(path: String) throws {
        var configuration = GRDB.Configuration()
        configuration.journalMode = .wal
        configuration.label = "tuppence.feedback"
        configuration.busyMode = .timeout(1)
        queue = try DatabaseQueue(path: path, configuration: configuration)
        // Whoever writes the ledger moves the log into the file.
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = NORMAL")
            _ = try Int.fetchOne(db, sql: "PRAGMA wal_autocheckpoint = 0")
        }
    }

    /// Keeps all of it in one commit; of several for one request, the last.
    func keep(_ feedback: [Feedback]) throws { try queue.write { db in try Self.write(feedback, db) } }

    static func write(_ feedback: [Feedback], _ db: Database) throws {
        for one in feedback {
            try db.execute(
                sql: """
                    INSERT INTO feedback VALUES (?, ?, ?, ?)
                    ON CONFLICT (request) DO UPDATE SET at = excluded.at, score = excluded.score, comment = excluded.comment
                    """,
                arguments: [Data(one.request.bytes), one.at.milliseconds, one.score, one.comment])
        }
    }
}

extension SQLiteStore {
    public func forEachFeedback(
        since start: Timestamp, saidSince said: Timestamp, _ body: (Feedback) -> Void
    ) throws(StoreError) {
        try readingRows { db in
            let first = RequestID(high: UInt64(max(0, start.milliseconds)) << 16, low: 0)
            let rows = try Row.fetchCursor(
                db, sql: "SELECT * FROM feedback WHERE request >= ? AND at >= ?",
                arguments: [Data(first.bytes), said.milliseconds])
            while let row = try rows.next() {
                guard let id = RequestID(bytes: Array(row["request"] as Data)) else {
                    throw StoreError("an id of feedback is damaged")
                }
                body(
                    Feedback(
                        request: id, score: row["score"], comment: row["comment"],
                        at: Timestamp(milliseconds: row["at"])))
            }
        }
    }
}
