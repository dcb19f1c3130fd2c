import Foundation
import TuppenceCore

/// A question, and who waits for the answer. Answered once.
///
/// Handed to the books' thread, and changed by that alone.
final class BooksMessage: @unchecked Sendable {
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

/// What has been asked of the books and not yet taken. Unlike the ledger's and the cache's (`Mailbox`), it has its thread begin with
/// the first question and wait for the next without an end, and whoever waits for that thread to finish does so for a while only.
///
/// Guarded by its condition; nothing in it is touched otherwise.
final class BooksMailbox: @unchecked Sendable {
    enum Posted {
        case taken
        /// The thread is to be started.
        case first
        case refused
    }

    private let condition = NSCondition()
    private var messages: [BooksMessage] = []
    private var isStarted = false
    private var isClosed = false
    private var isFinished = false
    private static let maximumMessages = 10_000

    func post(_ message: BooksMessage) -> Posted {
        condition.lock()
        defer { condition.unlock() }
        guard !isClosed, messages.count < Self.maximumMessages else { return .refused }
        messages.append(message)
        condition.signal()
        defer { isStarted = true }
        return isStarted ? .taken : .first
    }

    /// - Returns: everything there is, after waiting for something; nil once it is closed.
    func take() -> [BooksMessage]? {
        condition.lock()
        defer { condition.unlock() }
        while messages.isEmpty && !isClosed { condition.wait() }
        guard !isClosed || !messages.isEmpty else { return nil }
        defer { messages = [] }
        return messages
    }

    /// Tells the thread to finish, and waits until it has, for so many seconds at the most.
    ///
    /// - Returns: whether it has, or was never started.
    func close(within patience: TimeInterval) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        isClosed = true
        condition.broadcast()
        let end = Date().addingTimeInterval(patience)
        while isStarted && !isFinished {
            if !condition.wait(until: end) { break }
        }
        return !isStarted || isFinished
    }

    /// Says that the thread has finished.
    func finished() {
        condition.lock()
        isFinished = true
        condition.broadcast()
        condition.unlock()
    }
}
