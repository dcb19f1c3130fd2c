import Foundation
import GRDB
import GRDBSQLite
import TuppenceCore
import TuppenceJournal

/// The books in one SQLite file, read on a thread and a connection of their own, which begin with the first question: the
/// ledger's writer never waits for them, and who asks nothing pays nothing.
public final class SQLiteBooks: LedgerBooks {
    private let path: String
    private let mailbox = BooksMailbox()

    public init(path: String) { self.path = path }

    public func ask(_ question: BooksQuestion, for port: any BooksPort, token: Int) {
        switch mailbox.post(BooksLetter(question: question, port: port, token: token)) {
        case .taken: break
        case .first:
            let thread = Thread { [self] in run() }
            thread.name = "books"
            thread.start()
        case .refused: port.booksReplied(.failure(StoreError("the books are asked too much, or closed")), token: token)
        }
    }

    /// Ends the thread; what is asked from now on is refused.
    public func stop() { mailbox.close() }

    private func run() {
        var reader: BooksReader?
        var notes: FeedbackNotes?
        while let letters = mailbox.take() {
            do {
                let books = try reader ?? BooksReader(path: path)
                reader = books
                var given: [(letter: BooksLetter, feedback: Feedback)] = []
                for letter in letters {
                    switch letter.question {
                    case .hold(let attempt):
                        letter.answer(
                            try books.reading { (books) throws(StoreError) in .hold(try books.hold(attempt)) })
                    case .feedback(let feedback, let key):
                        if try books.owns(key, feedback.request) {
                            given.append((letter, feedback))
                        } else {
                            letter.answer(.feedback(false))
                        }
                    case .usage(let key, let now, let accounts):
                        letter.answer(.usage(try books.usage(of: key, at: now, accounts: accounts)))
                    }
                }
                guard !given.isEmpty else { continue }
                let open = try notes ?? FeedbackNotes(path: path)
                notes = open
                try open.keep(given.map(\.feedback))
                for (letter, _) in given { letter.answer(.feedback(true)) }
            } catch {
                // Begun anew with the next question: whatever was read may be half of it.
                reader = nil
                notes = nil
                for letter in letters { letter.fail(StoreError(wrapping: error, path: path)) }
            }
        }
    }
}

/// A question, and who waits for the answer. Answered once.
private final class BooksLetter: @unchecked Sendable {
    let question: BooksQuestion
    private let port: any BooksPort
    private let token: Int
    /// Touched by the thread that answers only.
    private var isAnswered = false

    init(question: BooksQuestion, port: any BooksPort, token: Int) {
        self.question = question
        self.port = port
        self.token = token
    }

    func answer(_ answer: BooksAnswer) { reply(.success(answer)) }
    func fail(_ error: StoreError) { reply(.failure(error)) }

    private func reply(_ answer: Result<BooksAnswer, StoreError>) {
        guard !isAnswered else { return }
        isAnswered = true
        port.booksReplied(answer, token: token)
    }
}

/// One connection that can only read. Belongs to one thread.
private final class BooksReader {
    private let queue: DatabaseQueue
    private let books: JournalBooks

    init(path: String) throws {
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        configuration.label = "tuppence.books"
        configuration.busyMode = .timeout(1)
        queue = try DatabaseQueue(path: path, configuration: configuration)
        books = try queue.unsafeRead { db in
            guard let connection = db.sqliteConnection else { throw StoreError("SQLite has no connection") }
            return JournalBooks(try SQLiteJournalStorage(connection))
        }
    }

    /// Reads within one transaction, so that everything read is of one moment.
    func reading<Value>(_ body: (JournalBooks) throws(StoreError) -> Value) throws -> Value {
        try queue.read { _ in try body(books) }
    }

    /// Whether the request is one of the key's.
    func owns(_ key: String, _ request: RequestID) throws -> Bool {
        try reading { (books) throws(StoreError) in
            try books.attribution(of: request)?.key.hasSameBytes(as: key) ?? false
        }
    }

    /// Figures of one moment.
    func usage(of key: String, at now: Timestamp, accounts: [BudgetAccount]) throws -> KeyUsage {
        try reading { (books) throws(StoreError) in
            var balances: [BudgetAccount: Balance] = [:]
            for account in accounts { balances[account] = try books.balance(of: account) }
            return KeyUsage(
                spending: try books.spending(of: key, at: now), holds: try books.openHolds(of: key), balances: balances)
        }
    }
}

/// What has been asked of the books and not yet taken.
///
/// Guarded by its condition; nothing in it is touched otherwise.
private final class BooksMailbox: @unchecked Sendable {
    enum Posted {
        case taken
        /// The thread is to be started.
        case first
        case refused
    }

    private let condition = NSCondition()
    private var letters: [BooksLetter] = []
    private var isStarted = false
    private var isClosed = false
    private static let maximumLetters = 10_000

    func post(_ letter: BooksLetter) -> Posted {
        condition.lock()
        defer { condition.unlock() }
        guard !isClosed, letters.count < Self.maximumLetters else { return .refused }
        letters.append(letter)
        condition.signal()
        defer { isStarted = true }
        return isStarted ? .taken : .first
    }

    /// - Returns: everything there is, after waiting for something; nil once it is closed.
    func take() -> [BooksLetter]? {
        condition.lock()
        defer { condition.unlock() }
        while letters.isEmpty && !isClosed { condition.wait() }
        guard !isClosed || !letters.isEmpty else { return nil }
        defer { letters = [] }
        return letters
    }

    func close() {
        condition.lock()
        isClosed = true
        condition.broadcast()
        condition.unlock()
    }
}
