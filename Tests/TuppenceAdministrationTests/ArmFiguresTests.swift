import Dispatch
import Foundation
import Testing
import TuppenceCore
import TuppenceSQLite
import TuppenceStore
import TuppenceTesting

@testable import TuppenceAdministration

/// A store in a file that goes with it.
final class ScratchStore {
    let store: SQLiteStore
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tuppence-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = try SQLiteStore(path: folder.appendingPathComponent("a.db").path)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
}

/// Waits for one answer of the books.
private final class OnePort: BooksPort, @unchecked Sendable {
    private let done = DispatchSemaphore(value: 0)
    /// Written once, before `done` is signalled.
    private var answer: Result<BooksAnswer, StoreError>?

    func booksReplied(_ answer: Result<BooksAnswer, StoreError>, token: Int) {
        self.answer = answer
        done.signal()
    }

    func wait() throws -> BooksAnswer {
        try #require(done.wait(timeout: .now() + 10) == .success)
        return try #require(answer).get()
    }
}

@Suite("The console's figures of experiments")
struct ArmFiguresTests {
    private let now = Timestamp(seconds: 1_800_000_000)
    private let scratch: ScratchStore
    private let figures = ArmFigures()

    init() throws { scratch = try ScratchStore() }

    private func id(_ number: Int, daysAgo: Int) -> RequestID {
        let time = now + .seconds(-86_400 * Int64(daysAgo))
        return RequestID(high: UInt64(time.milliseconds) << 16, low: UInt64(number))
    }

    /// Books a request of an arm.
    private func book(_ id: RequestID, arm: String? = "trial/control") throws {
        let attribution = Attribution(key: "app", route: "fast", endpoint: "chat/completions", arm: arm)
        let hold = Hold(
            attempt: AttemptID(request: id, number: 1), amount: Money(nanodollars: 10), claims: [],
            expiresAt: id.time + .seconds(60), target: Samples.target, attribution: attribution)
        _ = try scratch.store.apply([.hold(hold), Samples.settlement(of: hold, cost: 5, at: id.time + .seconds(1))])
    }

    private func say(_ score: Double, of id: RequestID, at time: Timestamp) throws {
        let books = scratch.store.makeBooks()
        defer { books.stop() }
        let port = OnePort()
        let feedback = Feedback(request: id, score: score, comment: nil, at: time)
        books.ask(.feedback(feedback, key: "app"), for: port, token: 1)
        guard case .feedback(true) = try port.wait() else { throw StoreError("the feedback was not kept") }
    }

    private func line(days: Int, at time: Timestamp? = nil) throws -> (count: Int, scores: Int, score: Double?) {
        let reports = try figures.experiments(ofDays: days, in: scratch.store, at: time ?? now)
        guard let line = reports.first?.arms.first?.line else { return (0, 0, nil) }
        return (line.count, line.scores, line.score)
    }

    @Test("are of the days that are asked for, and of what is booked meanwhile")
    func days() throws {
        #expect(try line(days: 7) == (0, 0, nil))
        try book(id(1, daysAgo: 40))
        try book(id(2, daysAgo: 3))
        try book(id(3, daysAgo: 0))
        #expect(try line(days: 1).count == 1)
        #expect(try line(days: 7).count == 2)
        // Longer ago than anybody has asked for so far, and then less again.
        #expect(try line(days: 90).count == 3)
        try book(id(4, daysAgo: 0))
        #expect(try line(days: 90).count == 4 && line(days: 1).count == 2)
        // A week later they are older.
        let later = now + .seconds(7 * 86_400)
        #expect(try line(days: 7, at: later).count == 2 && line(days: 1, at: later).count == 0)
    }

    @Test("have what callers say, whether they say it before the figures are asked for, after it, or twice")
    func scores() throws {
        let (old, new) = (id(1, daysAgo: 2), id(2, daysAgo: 0))
        try book(old)
        try book(new)
        try book(id(3, daysAgo: 1), arm: nil)
        try say(0, of: new, at: now)
        #expect(try line(days: 7) == (2, 1, 0))
        // Its entry was read days ago, so to say.
        try say(1, of: old, at: now + .seconds(5))
        try say(1, of: id(3, daysAgo: 1), at: now + .seconds(6))
        #expect(try line(days: 7) == (2, 2, 0.5))
        try say(0.5, of: old, at: now + .seconds(70))
        #expect(try line(days: 7) == (2, 2, 0.25))
        #expect(try line(days: 1) == (1, 1, 0))
    }
}
