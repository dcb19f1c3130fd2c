import Foundation
import TuppenceCore

/// A question, and who waits for the answer. Answered once.
///
/// Handed to the books' thread, and changed by that alone.
final class BooksLetter: @unchecked Sendable {
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

/// What has been asked of the books and not yet taken.
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
