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

    private func id(_ number: Int, daysAgo: Int, secondsLater: Int = 0) -> RequestID {
        let time = now + .seconds(-86_400 * Int64(daysAgo) + Int64(secondsLater))
        return RequestID(high: UInt64(time.milliseconds) << 16, low: UInt64(number))
    }

    private func hold(_ id: RequestID, arm: String? = "trial/control") -> Hold {
        let attribution = Attribution(key: "app", route: "fast", endpoint: "chat/completions", arm: arm)
        return Hold(
            attempt: AttemptID(request: id, number: 1), amount: Money(nanodollars: 10), claims: [],
            expiresAt: id.time + .seconds(60), target: Samples.target, attribution: attribution)
    }

    private func settlement(of hold: Hold, secondsLater: Int64 = 1) -> LedgerOperation {
        Samples.settlement(of: hold, cost: 5, at: hold.attempt.request.time + .seconds(secondsLater))
    }

    /// Books a request of an arm.
    private func book(_ id: RequestID, arm: String? = "trial/control") throws {
        let hold = hold(id, arm: arm)
        _ = try scratch.store.apply([.hold(hold), settlement(of: hold)])
    }

    private func say(_ score: Double, of ids: RequestID..., at time: Timestamp) throws {
        try say(score, of: ids, at: time)
    }

    private func say(_ score: Double, of ids: [RequestID], at time: Timestamp) throws {
        let books = scratch.store.makeBooks()
        defer { books.stop() }
        for id in ids {
            let port = OnePort()
            books.ask(
                .feedback(Feedback(request: id, score: score, comment: nil, at: time), key: "app"), for: port, token: 1)
            guard case .feedback(true) = try port.wait() else { throw StoreError("the feedback was not kept") }
        }
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

    @Test("hear what was said to gateways whose clocks are ahead or behind, and count it once")
    func clocksOfOthers() throws {
        let ids = (1...3).map { id($0, daysAgo: 0) }
        for id in ids { try book(id) }
        try say(0, of: ids[0], at: now + .seconds(3 * 3_600))
        #expect(try line(days: 7) == (3, 1, 0))
        try say(1, of: ids[1], at: now + .seconds(5))
        #expect(try line(days: 7, at: now + .seconds(10)) == (3, 2, 0.5))
        try say(0.5, of: ids[2], at: now + .seconds(-1_800))
        for seconds in [20, 30] as [Int64] {
            #expect(try line(days: 7, at: now + .seconds(seconds)) == (3, 3, 0.5))
        }
    }

    @Test("have the score of a request that is still on its way when it is looked for")
    func onItsWay() throws {
        let hold = hold(id(1, daysAgo: 0))
        try book(id(2, daysAgo: 0))
        #expect(try line(days: 7) == (1, 0, nil))
        _ = try scratch.store.apply([.hold(hold)])
        let later = now + .seconds(3 * 3_600)
        try say(1, of: hold.attempt.request, at: later)
        #expect(try line(days: 7, at: later) == (1, 0, nil))
        _ = try scratch.store.apply([settlement(of: hold, secondsLater: 3 * 3_600 + 1)])
        #expect(try line(days: 7, at: later + .seconds(5)) == (2, 1, 1))
    }

    @Test("are there again when the clock was ahead once", arguments: [400 * 86_400, 86_400, 17 * 3_600] as [Int64])
    func ownClockAhead(seconds: Int64) throws {
        try book(id(1, daysAgo: 1))
        try book(id(2, daysAgo: 0))
        try say(1, of: id(2, daysAgo: 0), at: now)
        #expect(try line(days: 1) == (2, 1, 1))
        _ = try line(days: 1, at: now + .seconds(seconds))
        #expect(try line(days: 1) == (2, 1, 1))
    }

    @Test("have the scores of many requests that were read before, behind a page from a clock that was ahead too")
    func manyLate() throws {
        try book(id(1_000, daysAgo: -10))
        let holds = (1...100).map { hold(id($0, daysAgo: 2, secondsLater: $0)) }
        _ = try scratch.store.apply(holds.map { .hold($0) })
        // The last one is answered after half an hour.
        _ = try scratch.store.apply(holds.dropLast().map { settlement(of: $0) })
        _ = try scratch.store.apply([settlement(of: holds[99], secondsLater: 1_800)])
        #expect(try line(days: 7) == (101, 0, nil))
        try say(1, of: holds.map(\.attempt.request), at: now)
        #expect(try line(days: 7) == (101, 100, 1))
        try say(0, of: holds[..<75].map(\.attempt.request), at: now + .seconds(1))
        #expect(try line(days: 7, at: now + .seconds(1)) == (101, 100, 0.25))
    }
}
