import GRDB
import TuppenceCore
import TuppenceJournal
import TuppenceStore

/// A connection to the file that can only read, and a second one for feedback, once there is any.
final class SQLiteBooksConnection: BooksConnection {
    private let path: String
    private let queue: DatabaseQueue
    private let books: JournalBooks
    private var notes: FeedbackNotes?

    init(path: String) throws(StoreError) {
        self.path = path
        do {
            var configuration = GRDB.Configuration()
            configuration.readonly = true
            configuration.label = "tuppence.books"
            configuration.busyMode = .timeout(1)
            queue = try DatabaseQueue(path: path, configuration: configuration)
            books = try queue.unsafeRead { db in
                guard let connection = db.sqliteConnection else { throw StoreError("SQLite has no connection") }
                return JournalBooks(try SQLiteJournalStorage(connection))
            }
        } catch {
            throw StoreError(wrapping: error, path: path)
        }
    }

    func reading<Value>(_ body: (JournalBooks) throws(StoreError) -> Value) throws(StoreError) -> Value {
        do {
            return try queue.read { _ in try body(books) }
        } catch {
            throw StoreError(wrapping: error, path: path)
        }
    }

    func keep(_ feedback: [Feedback]) throws(StoreError) {
        do {
            let open = try notes ?? FeedbackNotes(path: path)
            notes = open
            try open.keep(feedback)
        } catch {
            throw StoreError(wrapping: error, path: path)
        }
    }
}
