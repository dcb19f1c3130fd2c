import TuppenceCore
import TuppenceJournal
import TuppenceStore

/// A connection that the books are read on, and feedback is written on.
final class PostgresBooks: BooksConnection {
    private let storage: PostgresJournalStorage
    private let books: JournalBooks

    init(_ line: PostgresLine) {
        storage = PostgresJournalStorage(line)
        books = JournalBooks(storage)
    }

    func reading<Value>(_ body: (JournalBooks) throws(StoreError) -> Value) throws(StoreError) -> Value {
        do {
            return try storage.reading { try body(books) }
        } catch {
            throw (error as? StoreError) ?? StoreError("\(error)")
        }
    }

    func keep(_ feedback: [Feedback]) throws(StoreError) {
        let line = storage.line
        try line.using { (connection) throws(StoreError) in
            try connection.send(.begin)
            try connection.send(.soon)
            for one in feedback {
                try connection.send(Self.upsert, Self.values(of: one))
            }
            try connection.send(.commit)
            _ = try connection.answers(within: line.patience)
        }
    }

    static func values(of one: Feedback) -> [PostgresValue] {
        [.bytes(one.request.bytes), .int(one.at.milliseconds), .double(one.score), .optionalName(one.comment)]
    }

    static let upsert = PostgresStatement(
        "feedback",
        """
        INSERT INTO feedback VALUES ($1, $2, $3, $4) ON CONFLICT (request)
        DO UPDATE SET at = excluded.at, score = excluded.score, comment = excluded.comment
        """)
}

extension PostgresStore {
    public func forEachFeedback(
        since start: Timestamp, saidSince said: Timestamp, _ body: (Feedback) -> Void
    ) throws(StoreError) {
        let first = RequestID(high: UInt64(max(0, start.milliseconds)) << 16, low: 0)
        let rows = try shared.ask(Self.selectFeedback, [.bytes(first.bytes), .int(said.milliseconds)])
        for row in 0..<rows.count {
            guard let id = RequestID(bytes: rows.bytes(row, 0)) else {
                throw StoreError("an id of feedback is damaged")
            }
            body(
                Feedback(
                    request: id, score: try rows.double(row, 2), comment: rows.optionalText(row, 3),
                    at: Timestamp(milliseconds: try rows.int(row, 1))))
        }
    }

    private static let selectFeedback = PostgresStatement(
        "select_feedback", "SELECT request, at, score, comment FROM feedback WHERE request >= $1 AND at >= $2")
}
