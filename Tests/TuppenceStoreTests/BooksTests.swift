import Dispatch
import Foundation
import Synchronization
import Testing
import TuppenceCore
import TuppenceStore
import TuppenceTesting

@testable import TuppenceJournal
@testable import TuppenceSQLite

@Suite("The books")
struct BooksTests {
    private let rule = Samples.rule(limit: Money(nanodollars: 1_000_000), period: .total)

    private func attempt(_ number: UInt64, at time: Timestamp = Samples.start) -> AttemptID {
        AttemptID(request: RequestID(high: UInt64(time.milliseconds) << 16, low: number), number: 1)
    }

    private func hold(_ number: UInt64, at time: Timestamp = Samples.start) -> Hold {
        Samples.hold(attempt(number, at: time), 100, rules: [rule], at: time, lasting: .seconds(60))
    }

    @Test("find a hold in force, settled, expired and settled late, however far back it is")
    func finding() throws {
        let rows = JournalRows()
        let journal = Journal(rows, window: 8)
        let books = JournalBooks(rows)
        let late = Samples.start + .seconds(61)
        _ = try journal.apply([.hold(hold(1)), .hold(hold(2)), .hold(hold(3))])
        #expect(try books.hold(attempt(1)) == FoundHold(hold: OpenHold(hold(1)), entry: nil, late: nil, page: 1))
        _ = try journal.apply([Samples.settlement(of: hold(1), cost: 40)])
        _ = try journal.apply([.expire(now: late)])
        _ = try journal.apply([Samples.settlement(of: hold(2), cost: 50)])
        for round in 0..<30 as Range<UInt64> {
            let time = late + .seconds(Int64(round))
            _ = try journal.apply([.hold(hold(100 + round, at: time))])
            _ = try journal.apply([Samples.settlement(of: hold(100 + round, at: time), cost: 1)])
        }
        for reader in [books, JournalBooks(rows)] {
            let settled = try #require(try reader.hold(attempt(1)))
            #expect(settled.settled?.cost.nanodollars == 40 && settled.late == nil)
            #expect(settled.hold == OpenHold(hold(1)))
            let booked = try #require(try reader.hold(attempt(2)))
            #expect(booked.entry?.outcome == .expired && booked.settled?.cost.nanodollars == 50)
            #expect(booked.late == booked.settled)
            let lost = try #require(try reader.hold(attempt(3)))
            #expect(lost.entry?.outcome == .expired && lost.settled == nil)
            #expect(try reader.hold(attempt(4)) == nil)
        }
    }

    @Test("a settlement long after its hold has the ledger read what came since it was looked for, and no more")
    func sightings() throws {
        let rows = JournalRows()
        let journal = Journal(rows)
        _ = try journal.apply([.hold(hold(1)), .hold(hold(2)), .hold(hold(3))])
        _ = try journal.apply([.expire(now: Samples.start + .seconds(61))])
        for number in 0..<1_000 as Range<UInt64> {
            _ = try journal.apply([.hold(hold(100 + number, at: Samples.start + .seconds(100 + Int64(number))))])
        }
        let books = JournalBooks(rows)
        func settlement(of number: UInt64, cost: Int64, sighting: Sighting?) -> LedgerOperation {
            guard case .settle(let plain) = Samples.settlement(of: hold(number), cost: cost) else {
                return .expire(now: Samples.start)
            }
            return .settle(Settlement(hold: plain.hold, entry: plain.entry, sighting: sighting))
        }
        func outcome(_ operation: LedgerOperation, pagesRead: ClosedRange<Int>) throws -> LedgerOutcome? {
            rows.pagesRead = 0
            defer { #expect(pagesRead.contains(rows.pagesRead)) }
            return try journal.apply([operation]).first
        }
        let found = try #require(try books.hold(attempt(1))).sighting
        let other = try #require(try books.hold(attempt(2))).sighting
        guard
            case .settled(_, late: true, _) = try outcome(settlement(of: 1, cost: 5, sighting: found), pagesRead: 0...1)
        else { throw StoreError("a late settlement is not booked") }
        // What somebody else has booked since is in the pages since.
        #expect(try outcome(settlement(of: 1, cost: 6, sighting: found), pagesRead: 1...3) == .alreadySettled)
        let again = try #require(try books.hold(attempt(1))).sighting
        #expect(try outcome(settlement(of: 1, cost: 7, sighting: again), pagesRead: 0...0) == .alreadySettled)
        // Without it, everything since the hold is read, to the same end.
        #expect(try outcome(settlement(of: 1, cost: 8, sighting: nil), pagesRead: 1_000...4_000) == .alreadySettled)
        guard
            case .settled(_, late: true, _) = try outcome(
                settlement(of: 3, cost: 5, sighting: nil), pagesRead: 1_000...4_000),
            case .settled(_, late: true, _) = try outcome(settlement(of: 2, cost: 5, sighting: other), pagesRead: 0...4)
        else { throw StoreError("late settlements are not booked") }
        #expect(try JournalVerification.check(rows).cost.nanodollars == 15)
    }

    @Test("look for what is not there in the pages of its own time only")
    func bounded() throws {
        let rows = JournalRows()
        let journal = Journal(rows)
        for number in 0..<400 as Range<UInt64> {
            _ = try journal.apply([.hold(hold(number, at: Samples.start + .seconds(Int64(number) * 10)))])
        }
        let books = JournalBooks(rows)
        _ = try books.hold(attempt(0))
        rows.pagesRead = 0
        #expect(try books.hold(attempt(9_999, at: Samples.start + .seconds(1_000))) == nil)
        #expect(rows.pagesRead < 20)
    }

    @Test("tell what a key has spent without reading what is in the sums")
    func spending() throws {
        let rows = JournalRows()
        let journal = Journal(rows, window: 64)
        let books = JournalBooks(rows)
        for number in 0..<500 as Range<UInt64> {
            _ = try journal.apply([.hold(hold(number)), Samples.settlement(of: hold(number), cost: Int64(number))])
            if number % 97 == 0 {
                #expect(try books.spending(of: "app", at: Samples.start).total.attempts == Int(number) + 1)
            }
        }
        for reader in [books, JournalBooks(rows)] {
            let spending = try reader.spending(of: "app", at: Samples.start)
            #expect(spending.total.cost.nanodollars == 499 * 500 / 2 && spending.total.requests == 500)
            #expect(spending.today == spending.total && spending.month == spending.total)
            #expect(spending.models == [Samples.target: spending.total])
            #expect(try reader.spending(of: "other", at: Samples.start).total == Spending())
        }
        rows.pagesRead = 0
        _ = try books.spending(of: "app", at: Samples.start)
        #expect(rows.pagesRead == 0)
    }

    @Test("begin days and months of a key anew in UTC, and do not show as today's what is over")
    func windows() throws {
        let rows = JournalRows()
        let journal = Journal(rows)
        let books = JournalBooks(rows)
        // The first of March of 1970.
        let march = Timestamp(seconds: Int64(31 + 28) * 86_400)
        func book(_ number: UInt64, _ cost: Int64, at time: Timestamp) throws {
            let hold = hold(number, at: time)
            _ = try journal.apply([.hold(hold), Samples.settlement(of: hold, cost: cost, at: time)])
        }
        func costs(_ time: Timestamp) throws -> [Int64] {
            let spending = try books.spending(of: "app", at: time)
            return [spending.today, spending.month, spending.total].map(\.cost.nanodollars)
        }
        let last = Timestamp(milliseconds: march.milliseconds - 1)
        try book(1, 1, at: Timestamp(milliseconds: last.milliseconds - 86_400_000))
        try book(2, 2, at: last)
        #expect(try costs(last) == [2, 3, 3])
        #expect(try costs(march) == [0, 0, 3])
        try book(3, 4, at: march)
        #expect(try costs(march) == [4, 4, 7])
    }

    @Test("answer from a file while another writes it, and tell a key of its own holds only")
    func file() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.path("a.db"))
        let books = store.makeBooks()
        let account = try #require(hold(1).accounts.first)
        for number in 1...20 as ClosedRange<UInt64> {
            _ = try store.apply([.hold(hold(number))])
            guard case .hold(let found) = try ask(books, .hold(attempt(number))).get() else { throw StoreError("?") }
            #expect(found?.hold == OpenHold(hold(number)))
            if number % 2 == 0 { _ = try store.apply([Samples.settlement(of: hold(number), cost: 7)]) }
            guard
                case .usage(let usage) = try ask(
                    books, .usage(key: "app", now: Samples.start, accounts: [account])
                ).get()
            else { throw StoreError("?") }
            let settled = Int64(number / 2)
            #expect(usage.spending.total.cost.nanodollars == settled * 7)
            #expect(usage.holds.count == Int(number) - Int(settled))
            #expect(
                usage.balances[account]
                    == Balance(
                        spent: Money(nanodollars: settled * 7),
                        held: Money(nanodollars: (Int64(number) - settled) * 100)))
        }
        guard case .usage(let other) = try ask(books, .usage(key: "b", now: Samples.start, accounts: [])).get() else {
            throw StoreError("?")
        }
        #expect(other.holds.isEmpty && other.spending.total == Spending())
        books.stop()
        #expect(throws: StoreError.self) { try ask(books, .hold(attempt(1))).get() }
    }

    @Test("say so where there is no file, and find it once there is one")
    func missing() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.db")
        let books = StoreBooks { () throws(StoreError) in try SQLiteBooksConnection(path: path) }
        #expect(throws: StoreError.self) { try ask(books, .hold(attempt(1))).get() }
        let store = try SQLiteStore(path: folder.path("a.db"))
        _ = try store.apply([.hold(hold(1))])
        guard case .hold(let found) = try ask(books, .hold(attempt(1))).get() else { throw StoreError("?") }
        #expect(found != nil)
        books.stop()
    }

    @Test("keep feedback for requests of one's own, in place of what was said before, and not in the ledger")
    func feedback() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.path("a.db"))
        let books = store.makeBooks()
        let cached = attempt(3)
        _ = try store.apply([
            .hold(hold(1)), .hold(hold(2)), Samples.settlement(of: hold(2), cost: 1), .note(Samples.note(cached)),
        ])
        let seal = try store.verify().seal
        func keep(_ number: UInt64, _ score: Double, _ comment: String? = nil, by key: String = "app") throws -> Bool {
            let feedback = Feedback(
                request: attempt(number).request, score: score, comment: comment, at: Samples.start)
            guard case .feedback(let isKept) = try ask(books, .feedback(feedback, key: key)).get() else {
                throw StoreError("another answer")
            }
            return isKept
        }
        // One that is being answered, one that was, and one from the cache.
        for number in 1...3 as ClosedRange<UInt64> { #expect(try keep(number, Double(number))) }
        #expect(try keep(2, -0.5, "worse than it looked"))
        #expect(try !keep(2, 9, by: "another"))
        #expect(try !keep(4, 9))
        let scores = try store.scores(since: Samples.start)
        #expect(scores == [attempt(1).request: 1, attempt(2).request: -0.5, attempt(3).request: 3])
        #expect(try store.scores(since: Samples.start + Milliseconds(1)).isEmpty)
        #expect(try store.verify().seal == seal)
        books.stop()
    }

    @Test("have closed their connection once they have stopped, which is at once where nothing was asked")
    func stopping() throws {
        let closed = DispatchSemaphore(value: 0)
        let books = StoreBooks { () throws(StoreError) in SlowConnection(closed) }
        guard case .hold(nil) = try ask(books, .hold(attempt(1))).get() else { throw StoreError("?") }
        #expect(books.stop())
        #expect(closed.wait(timeout: .now()) == .success)
        let unasked = StoreBooks { () throws(StoreError) in SlowConnection(closed) }
        #expect(unasked.stop())
    }

    @Test("and leave a file whose log the ledger takes into it when it is closed")
    func closing() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.db")
        let store = try SQLiteStore(path: path)
        _ = try store.apply([.hold(hold(1))])
        let books = store.makeBooks()
        _ = try ask(books, .hold(attempt(1))).get()
        #expect(FileManager.default.fileExists(atPath: path + "-wal"))
        #expect(books.stop())
        try store.close()
        #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
    }

    /// Blocks until there is an answer, ten seconds at the most.
    private func ask(_ books: StoreBooks, _ question: BooksQuestion) -> Result<BooksAnswer, StoreError> {
        let port = OnePort()
        books.ask(question, for: port, token: 5)
        return port.wait()
    }
}

/// Takes its time to close.
private final class SlowConnection: BooksConnection {
    private let books = JournalBooks(JournalRows())
    private let closed: DispatchSemaphore

    init(_ closed: DispatchSemaphore) { self.closed = closed }

    deinit {
        Thread.sleep(forTimeInterval: 0.05)
        closed.signal()
    }

    func reading<Value>(_ body: (JournalBooks) throws(StoreError) -> Value) throws(StoreError) -> Value {
        try body(books)
    }

    func keep(_ feedback: [Feedback]) throws(StoreError) {}
}

private final class OnePort: BooksPort {
    private let answer = Mutex<Result<BooksAnswer, StoreError>>(.failure(StoreError("no answer within ten seconds")))
    private let answered = DispatchSemaphore(value: 0)

    func booksReplied(_ answer: Result<BooksAnswer, StoreError>, token: Int) {
        self.answer.withLock { $0 = token == 5 ? answer : .failure(StoreError("another's token")) }
        answered.signal()
    }

    func wait() -> Result<BooksAnswer, StoreError> {
        _ = answered.wait(timeout: .now() + 10)
        return answer.withLock { $0 }
    }
}
