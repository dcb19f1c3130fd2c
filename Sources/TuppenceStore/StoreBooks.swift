import Foundation
import TuppenceCore
import TuppenceJournal

/// A connection that the books are read on, and feedback is written on. Belongs to one thread.
public protocol BooksConnection: AnyObject {
    /// Shows `body` the books within one transaction, so that everything read is of one moment. It always shows the same ones.
    func reading<Value>(_ body: (JournalBooks) throws(StoreError) -> Value) throws(StoreError) -> Value

    /// Keeps all of it in one commit; of several for one request, the last. A power cut may lose it.
    func keep(_ feedback: [Feedback]) throws(StoreError)
}

/// The books of a store, read on a thread and a connection of their own, which begin with the first question: the ledger's
/// writer never waits for them, and who asks nothing pays nothing.
public final class StoreBooks: LedgerBooks {
    private let connect: @Sendable () throws(StoreError) -> any BooksConnection
    private let mailbox = BooksMailbox()

    /// - Parameter connect: opens a connection, on the books' thread; again whenever one has failed.
    public init(_ connect: @escaping @Sendable () throws(StoreError) -> any BooksConnection) { self.connect = connect }

    public func ask(_ question: BooksQuestion, for port: any BooksPort, token: Int) {
        switch mailbox.post(BooksMessage(question: question, port: port, token: token)) {
        case .taken: break
        case .first:
            let thread = Thread { [self] in run() }
            thread.name = "books"
            thread.start()
        case .refused: port.booksReplied(.failure(StoreError("the books are asked too much, or closed")), token: token)
        }
    }

    /// Answers what was asked so far, then closes the connection and ends the thread. Blocks until that is done, but not longer
    /// than a moment for a server that does not answer. What is asked from now on is refused.
    ///
    /// - Returns: whether it is done.
    @discardableResult
    public func stop() -> Bool { mailbox.close(within: Self.patience) }

    /// In seconds.
    private static let patience = 5.0

    private func run() {
        var connection: (any BooksConnection)?
        while let messages = mailbox.take() {
            do throws(StoreError) {
                if connection == nil { connection = try connect() }
                if let connection { try Self.answer(messages, on: connection) }
            } catch {
                // Begun anew with the next question: whatever was read may be half of it.
                connection = nil
                for message in messages { message.fail(error) }
            }
        }
        // Before anybody hears that it has ended: whoever closes a file last moves its log into it, and this one cannot.
        connection = nil
        mailbox.finished()
    }

    private static func answer(_ messages: [BooksMessage], on books: any BooksConnection) throws(StoreError) {
        var given: [(message: BooksMessage, feedback: Feedback)] = []
        for message in messages {
            switch message.question {
            case .hold(let attempt):
                message.answer(try books.reading { (books) throws(StoreError) in .hold(try books.hold(attempt)) })
            case .feedback(let feedback, let key):
                if try books.owns(key, feedback.request) {
                    given.append((message, feedback))
                } else {
                    message.answer(.feedback(false))
                }
            case .usage(let key, let now, let accounts):
                message.answer(.usage(try books.usage(of: key, at: now, accounts: accounts)))
            }
        }
        guard !given.isEmpty else { return }
        try books.keep(given.map(\.feedback))
        for (message, _) in given { message.answer(.feedback(true)) }
    }
}

extension BooksConnection {
    /// Whether the request is one of the key's.
    fileprivate func owns(_ key: String, _ request: RequestID) throws(StoreError) -> Bool {
        try reading { (books) throws(StoreError) in
            try books.attribution(of: request)?.key.hasSameBytes(as: key) ?? false
        }
    }

    /// Figures of one moment.
    fileprivate func usage(
        of key: String, at now: Timestamp, accounts: [BudgetAccount]
    ) throws(StoreError) -> KeyUsage {
        try reading { (books) throws(StoreError) in
            var balances: [BudgetAccount: Balance] = [:]
            for account in accounts { balances[account] = try books.balance(of: account) }
            return KeyUsage(
                spending: try books.spending(of: key, at: now), holds: try books.openHolds(of: key), balances: balances)
        }
    }
}
