import Foundation
import TuppenceCore
import TuppenceSQLite
import TuppenceStore

/// What is asked of a ledger, each by whoever asks it: a process that begins, a command, a caller.
struct Questions {
    let path: String
    let latest: (id: RequestID, key: String, at: Timestamp)
    let sample: RequestID

    func times() throws -> [(name: String, seconds: Double)] {
        var times: [(String, Double)] = []
        func time<Result>(_ name: String, _ question: () throws -> Result) rethrows -> Result {
            let began = DispatchTime.now().uptimeNanoseconds
            let result = try question()
            times.append((name, Double(DispatchTime.now().uptimeNanoseconds - began) / 1e9))
            return result
        }
        let store = try time("start-up: the store opens") { try SQLiteStore(path: path) }
        _ = try time("spend, all of it, by key and model") { try store.spending(by: [.key, .model, .total]) }
        _ = try time("balances and open holds") { (try store.balances().count, try store.openHolds().count) }
        _ = try time("spend of a month, by key, customer and model") {
            try store.spending(
                by: [.key, .customer, .model], from: Timestamp(milliseconds: latest.at.milliseconds - 30 * 86_400_000))
        }
        _ = try time("30 days of hours, as an overview adds them up") {
            var cost = Money.zero
            let start = SpendingSpan.hour.start(
                containing: Timestamp(milliseconds: latest.at.milliseconds - 30 * 86_400_000))
            try store.forEachSum(in: SpendingStretch(span: .hour, start: start, end: .distantFuture)) { _, sum in
                cost += sum.spending.cost
            }
        }
        _ = try time("a month's statement of a customer") {
            try store.readAccount(
                of: "customer-0", from: Timestamp(milliseconds: latest.at.milliseconds - 30 * 86_400_000),
                sum: { _, _ in },
                topUp: { _ in })
        }
        let newest = try time("the latest 50 lines") { try store.stretch(limit: 50) }
        _ = try time("the 50 before those") { try store.stretch(before: newest.next, limit: 50) }
        let far = Timestamp(milliseconds: latest.at.milliseconds - 180 * 86_400_000)
        _ = try time("a page of requests of half a year ago, as the console shows it") {
            try store.stretch(until: far, limit: 50, reading: LedgerStretch.pageBytes)
        }
        _ = try time("a page of requests of a key that has none: all that a page looks at") {
            try store.stretch(limit: 50, reading: LedgerStretch.pageBytes) { $0.key == "nobody" }
        }
        let old = try time("the lines of the first request, by its id") { try store.lines(of: sample) }
        guard newest.lines.count == 50, !old.isEmpty else { throw StoreError("lines are missing") }
        let books = store.makeBooks()
        defer { books.stop() }
        try time("one hold by id, the books just opened") { try answer(books, .hold(attempt(latest.id))) }
        try time("the same, of long ago") { try answer(books, .hold(attempt(sample))) }
        let usage = BooksQuestion.usage(key: latest.key, now: latest.at, accounts: [])
        try time("what a key has spent, asked first") { try answer(books, usage) }
        try time("the same, asked again") { try answer(books, usage) }
        let pages = try PageQuestions(store: store, now: latest.at)
        for (name, question) in pages.all(about: (key: latest.key, old: sample)) { try time(name, question) }
        return times
    }

    private func attempt(_ id: RequestID) -> AttemptID { AttemptID(request: id, number: 1) }

    private func answer(_ books: StoreBooks, _ question: BooksQuestion) throws {
        let port = WaitingPort()
        books.ask(question, for: port, token: 0)
        if case .hold(nil) = try port.wait() { throw StoreError("a hold that was made is not found") }
    }
}

/// Waits for one answer.
private final class WaitingPort: BooksPort, @unchecked Sendable {
    private let done = DispatchSemaphore(value: 0)
    /// Written once, before `done` is signalled.
    private var answer: Result<BooksAnswer, StoreError>?

    func booksReplied(_ answer: Result<BooksAnswer, StoreError>, token: Int) {
        self.answer = answer
        done.signal()
    }

    func wait() throws -> BooksAnswer {
        done.wait()
        guard let answer else { throw StoreError("the books did not answer") }
        return try answer.get()
    }
}
