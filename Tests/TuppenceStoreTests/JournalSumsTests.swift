import GRDBSQLite
import Testing
import TuppenceCore
import TuppenceSQLite
import TuppenceStore
import TuppenceTesting

@testable import TuppenceJournal

@Suite("The journal's sums")
struct JournalSumsTests {
    /// Settled, expired and late, of several keys and days, as they come.
    private struct Workload {
        var random: SeededGenerator
        private var made: UInt64 = 0
        private var open: [Hold] = []
        private var now = Samples.start

        init(seed: UInt64) { random = SeededGenerator(seed: seed) }

        mutating func batch() -> [LedgerOperation] {
            now = now + .seconds(.random(in: 0...20_000, using: &random))
            return (0..<Int.random(in: 1...5, using: &random)).map { _ in operation() }
        }

        private mutating func operation() -> LedgerOperation {
            let draw = Int.random(in: 0..<10, using: &random)
            if draw < 4 || open.isEmpty {
                made += 1
                let attribution = Attribution(
                    key: "key \(made % 3)", customer: made % 2 == 0 ? "c\(made % 5)" : nil, route: "fast",
                    endpoint: "holds")
                let hold = Hold(
                    // Ids are told apart by their lower halves mixed: numbers in a row would be taken for one another.
                    attempt: AttemptID(
                        request: RequestID(
                            high: UInt64(now.milliseconds) << 16, low: made &* 0x9E37_79B9_7F4A_7C15),
                        number: Int(made % 4) + 1),
                    amount: Money(nanodollars: 100), claims: [], expiresAt: now + .seconds(60),
                    target: Target(provider: "acme", model: "m\(made % 2)"), attribution: attribution)
                open.append(hold)
                return .hold(hold)
            }
            if draw == 9 { return .expire(now: now) }
            // Some come late, some twice, some with the time of another day.
            let hold = draw == 8 ? open[0] : open.remove(at: Int.random(in: 0..<open.count, using: &random))
            return Samples.settlement(
                of: hold, cost: .random(in: 0...100, using: &random),
                outcome: AttemptOutcome.allCases.randomElement(using: &random) ?? .completed,
                at: draw == 7 ? Samples.start : now)
        }
    }

    /// What the entries of all pages add up to.
    private func expected(_ rows: JournalRows) throws -> [SpendingSum.Line: SpendingSum] {
        var sums: [SpendingSum.Line: SpendingSum] = [:]
        for entry in try rows.pages.flatMap({ try JournalPage.entries(in: $0.bytes) }) {
            var sum = SpendingSum()
            sum.add(entry)
            for span in SpendingSpan.allCases {
                let line = SpendingSum.Line(
                    span: span, start: span.start(containing: entry.at),
                    subject: span == .hour ? SpendingSubject(entry).withoutCallers : SpendingSubject(entry))
                sums[line, default: SpendingSum()].add(sum, in: span)
            }
        }
        return sums
    }

    private func told(by journal: Journal) throws -> [SpendingSum.Line: SpendingSum] {
        try journal.catchUp()
        var sums: [SpendingSum.Line: SpendingSum] = [:]
        for span in SpendingSpan.allCases {
            let all = SpendingStretch(span: span, start: Timestamp(milliseconds: .min), end: .distantFuture)
            try journal.forEachSum(in: all) { line, sum throws(StoreError) in
                sums[line, default: SpendingSum()].add(sum, in: span)
            }
            var costs: [Timestamp: Money] = [:]
            try journal.forEachCost(in: all) { start, cost in costs[start, default: .zero] += cost }
            let expected = [Timestamp: Money](
                sums.filter { $0.key.span == span }.map { ($0.key.start, $0.value.spending.cost) }
            ) { $0 + $1 }
            #expect(costs == expected)
        }
        return sums
    }

    @Test(
        "are what the entries add up to, to whoever asks and whenever, two processes writing in turn",
        arguments: [2, 8, 60, 4_096])
    func exact(window: Int64) throws {
        for seed in 0..<6 as Range<UInt64> {
            let rows = JournalRows()
            var workload = Workload(seed: seed)
            var journals = [Journal(rows, window: window), Journal(rows, window: window + 3)]
            let reader = Journal(rows, window: window)
            for round in 0..<150 {
                if round % 31 == 30 { journals[round % 2] = Journal(rows, window: window) }
                _ = try journals[round / 7 % 2].apply(workload.batch())
                if round % 10 == 9 {
                    let expected = try expected(rows)
                    for journal in journals + [reader, Journal(rows, window: window)] {
                        #expect(try told(by: journal) == expected)
                    }
                }
            }
            _ = try JournalVerification.check(rows)
            // With a window so large nothing has been stored, and nothing need be.
            #expect(rows.sums.isEmpty == (window == 4_096))
        }
    }

    @Test("of a write that failed have nothing in them, and of one tried again all of it once")
    func failures() throws {
        for failing in 0..<60 {
            let rows = JournalRows()
            let journal = Journal(rows, window: 8)
            var workload = Workload(seed: 3)
            rows.failsAt = failing * 4
            var failed = 0
            for _ in 0..<80 {
                let batch = workload.batch()
                do throws(StoreError) { _ = try journal.apply(batch) } catch {
                    failed += 1
                    #expect(try told(by: journal) == expected(rows))
                    _ = try journal.apply(batch)
                }
            }
            #expect(failed == 1)
            #expect(try told(by: journal) == expected(rows))
        }
    }

    @Test("that somebody has changed, added or taken away are found")
    func changed() throws {
        func rows(_ change: (JournalRows) throws -> Void) throws -> JournalRows {
            let rows = JournalRows()
            let journal = Journal(rows, window: 8)
            var workload = Workload(seed: 5)
            for _ in 0..<80 { _ = try journal.apply(workload.batch()) }
            try change(rows)
            return rows
        }
        _ = try JournalVerification.check(rows { _ in })
        for change in [
            { rows in
                let (line, _) = try #require(rows.sums.first)
                rows.sums[line] = SpendingSum()
            },
            { rows in rows.sums[try #require(rows.sums.keys.first)] = nil },
            { rows in
                let (line, sum) = try #require(rows.sums.first)
                rows.sums[.init(span: line.span, start: Timestamp(seconds: 1), subject: line.subject)] = sum
            },
            { rows in try rows.setSummedTo(rows.summedTo() - 1) },
            { rows in try rows.setSummedTo(rows.lastPage() + 1) },
        ] as [(JournalRows) throws -> Void] {
            let changed = try rows(change)
            #expect(throws: StoreError.self) { try JournalVerification.check(changed) }
        }
    }

    private func topUp(_ number: UInt64, _ amount: Int64) -> TopUp {
        TopUp(
            id: RequestID(high: UInt64(Samples.start.milliseconds) << 16, low: number), wallet: .wallet("acme"),
            amount: Money(nanodollars: amount), at: Samples.start + .seconds(Int64(number)), note: "n\(number)")
    }

    @Test("an id that a sender has made up does not set the journal's clock")
    func foreignIDs() throws {
        let rows = JournalRows()
        let journal = Journal(rows)
        var paid = topUp(1, 5)
        paid = TopUp(
            id: RequestID(high: .max, low: .max), wallet: paid.wallet, amount: paid.amount, at: paid.at, note: nil)
        _ = try journal.apply([.topUp(paid)])
        #expect(rows.time(ofPage: 1) == paid.at)
    }

    @Test("top-ups are kept beside the pages: found without reading any, and booked once however often they are tried")
    func topUps() throws {
        func rows() throws -> JournalRows {
            let rows = JournalRows()
            let journal = Journal(rows)
            for number in 1...20 as ClosedRange<UInt64> {
                guard case .toppedUp(_, repeated: false)? = try journal.apply([.topUp(topUp(number, 5))]).first else {
                    throw StoreError("a top-up is not booked")
                }
            }
            rows.pagesRead = 0
            for number in 1...20 as ClosedRange<UInt64> {
                let again = LedgerOperation.topUp(topUp(number, 5))
                guard case .toppedUp(let balance, repeated: true)? = try journal.apply([again, again]).first else {
                    throw StoreError("a top-up is booked again")
                }
                #expect(balance.spent.nanodollars == -100)
            }
            #expect(rows.pagesRead == 0 && rows.topUps.count == 20)
            return rows
        }
        #expect(try JournalVerification.check(rows()).toppedUp.nanodollars == 100)
        for change in [
            { $0.topUps.removeLast() }, { $0.topUps[3] = topUp(4, 6) }, { $0.topUps.append(topUp(99, 1)) },
        ] as [(JournalRows) -> Void] {
            let changed = try rows()
            change(changed)
            #expect(throws: StoreError.self) { try JournalVerification.check(changed) }
        }
    }

    @Test("SQLite: a customer's account has its own sums and top-ups, and its wallet as it is")
    func account() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.path("a.db"))
        let days = Samples.start + .seconds(86_400 * 3)
        for (number, time) in [Samples.start, days, days].enumerated() {
            for customer in ["acme", "other"] {
                let attribution = Attribution(key: "app", customer: customer, endpoint: "chat/completions")
                let hold = Hold(
                    attempt: AttemptID(
                        request: RequestID(high: UInt64(time.milliseconds) << 16, low: UInt64(number)),
                        number: customer == "acme" ? 1 : 2),
                    amount: Money(nanodollars: 9), claims: [], expiresAt: time + .seconds(9), target: Samples.target,
                    attribution: attribution)
                _ = try store.apply([.hold(hold), Samples.settlement(of: hold, cost: 7, at: time)])
            }
        }
        for one in [topUp(1, 50), topUp(86_400 * 3, -20)] { _ = try store.apply([.topUp(one)]) }
        func account(_ customer: String, from start: Timestamp) throws -> (Int64, [Int64], WalletBalance?) {
            var cost: Int64 = 0
            var paid: [Int64] = []
            let wallet = try store.readAccount(
                of: customer, from: start, sum: { cost += $1.spending.cost.nanodollars },
                topUp: { paid.append($0.amount.nanodollars) })
            return (cost, paid, wallet)
        }
        let all = try account("acme", from: Samples.start)
        let hours = SpendingStretch(span: .hour, start: Timestamp(milliseconds: .min), end: .distantFuture)
        var costs: [Timestamp: Int64] = [:]
        try store.forEachCost(in: hours) { costs[$0, default: 0] += $1.nanodollars }
        #expect(Set(costs.values) == [14, 28])
        #expect(all.0 == 21 && all.1 == [50, -20] && all.2?.left.nanodollars == 30)
        let later = try account("acme", from: days)
        #expect(later.0 == 14 && later.1 == [-20] && later.2?.left.nanodollars == 30)
        let other = try account("other", from: Samples.start)
        #expect(other.0 == 21 && other.1.isEmpty && other.2 == nil)
    }

    @Test("SQLite: a ledger from before there were any has them once it is opened")
    func migration() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.db")
        var workload = Workload(seed: 9)
        let before: [SpendingGrouping: [SpendingGroup]]
        do {
            let store = try SQLiteStore(path: path)
            for _ in 0..<200 { _ = try store.apply(workload.batch()) }
            _ = try store.apply([.topUp(topUp(1, 5))])
            before = try store.spending(by: SpendingGrouping.allCases)
            #expect(before[.key]?.count == 3)
        }
        try undoSums(path)
        let store = try SQLiteStore(path: path)
        #expect(try store.spending(by: SpendingGrouping.allCases) == before)
        #expect(try store.verify().toppedUp.nanodollars == 5)
        for _ in 0..<50 { _ = try store.apply(workload.batch()) }
        _ = try store.verify()
    }

    private func undoSums(_ path: String) throws {
        var connection: OpaquePointer?
        defer { sqlite3_close(connection) }
        let undo = """
            DROP TABLE spending; DROP TABLE top_ups; DELETE FROM state WHERE name = 'summed_to';
            DELETE FROM grdb_migrations WHERE identifier = '0003 spending';
            """
        guard sqlite3_open(path, &connection) == SQLITE_OK,
            sqlite3_exec(connection, undo, nil, nil, nil) == SQLITE_OK
        else { throw StoreError("the file could not be changed") }
    }

    @Test("SQLite: a span of time is told exactly, by day and by hour, and by what it is asked by")
    func ranges() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.path("a.db"))
        var workload = Workload(seed: 11)
        for _ in 0..<400 { _ = try store.apply(workload.batch()) }
        let month = try #require(Timestamp(iso8601: "2027-02-01"))
        for (start, end) in [
            (Samples.start, Timestamp.distantFuture), (month, month + .seconds(86_400 * 5)),
            (Samples.start + .seconds(7_200), month + .seconds(3_600)),
        ] {
            for (groupings, finest) in [
                ([SpendingGrouping.key, .customer, .model], SpendingSpan.day), ([.provider, .route, .total], .hour),
            ] {
                var expected: [SpendingGrouping: [String: Spending]] = [:]
                // Some stand on pages of much later.
                let last = finest.start(containing: end)
                try store.forEachEntry(from: finest.start(containing: start)) { entry in
                    guard entry.at < last else { return }
                    for grouping in groupings {
                        let name = grouping.name(of: SpendingSubject(entry))
                        expected[grouping, default: [:]][name, default: Spending()].add(entry)
                    }
                }
                let found = try store.spending(by: groupings, from: start, until: end)
                #expect(!expected.isEmpty)
                #expect(
                    found.mapValues { Dictionary(uniqueKeysWithValues: $0.map { ($0.name, $0.spending) }) } == expected)
            }
        }
    }
}
