import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceJournal

@Suite("The journal")
struct JournalTests {
    private static let rules = JournalWorkload.rules

    @Test(
        "comes to the same as a ledger in memory, through restarts, whatever its window", arguments: [2, 7, 40, 4_096])
    func sameAsMemory(window: Int64) throws {
        for seed in 0..<12 as Range<UInt64> {
            let rows = JournalRows()
            let memory = InMemoryLedgerStore()
            var workload = JournalWorkload(seed: seed)
            var journal = Journal(rows, window: window)
            for round in 0..<220 {
                if round % 37 == 36 { journal = Journal(rows, window: window) }
                let batch = workload.batch()
                let expected = try memory.apply(batch)
                let outcomes = try journal.apply(batch)
                try #require(outcomes == expected)
            }
            let contents = memory.contents
            let again = Journal(rows, window: window)
            try again.catchUp()
            #expect(Set(again.openHolds) == Set(contents.holds.values))
            for (account, balance) in contents.balances { #expect(try again.balance(of: account) == balance) }
            #expect(try rows.pages.flatMap { try JournalPage.entries(in: $0.bytes) } == contents.entries)
        }
    }

    @Test("reads no more at its beginning than its window asks for")
    func bounded() throws {
        let rows = JournalRows()
        let journal = Journal(rows, window: 64)
        for number in 0..<1_000 {
            let hold = Samples.hold(Samples.attempt(1, of: UInt64(number) + 1), 10, rules: [Self.rules[0]])
            _ = try journal.apply([.hold(hold)])
            // One in ten stays open to the end.
            if number % 10 != 0 { _ = try journal.apply([Samples.settlement(of: hold, cost: 1)]) }
        }
        rows.pagesRead = 0
        let again = Journal(rows, window: 64)
        try again.catchUp()
        #expect(rows.pagesRead <= 66)
        #expect(again.openHolds.count == 100)
        let account = try #require(
            Self.rules[0].claim(by: BudgetSubject(key: "app", target: Samples.target), at: Samples.start)
        ).account
        #expect(
            try again.balance(of: account)
                == Balance(spent: Money(nanodollars: 900), held: Money(nanodollars: 1_000)))
    }

    @Test("that fails at any of its writes changes nothing, and goes on when it can")
    func failures() throws {
        for failing in 0..<40 {
            let rows = JournalRows()
            let memory = InMemoryLedgerStore()
            var workload = JournalWorkload(seed: 77)
            let journal = Journal(rows, window: 4)
            var failed = 0
            rows.failsAt = failing * 3
            for _ in 0..<60 {
                let batch = workload.batch()
                let expected = try memory.apply(batch)
                let outcomes: [LedgerOutcome]
                do throws(StoreError) { outcomes = try journal.apply(batch) } catch {
                    failed += 1
                    outcomes = try journal.apply(batch)
                }
                try #require(outcomes == expected)
            }
            #expect(failed == 1)
        }
    }

    @Test(
        "that had no answer to a commit says on the second try what it would have said, though others have written, and once"
    )
    func lostAnswer() throws {
        let rule = BudgetRule(
            name: "daily", scope: [.key: .exactly("app")], limit: Money(nanodollars: 1_000), period: .total,
            thresholds: [SoftThreshold(at: Money(nanodollars: 500)), SoftThreshold(at: Money(nanodollars: 600))])
        let rows = JournalRows()
        let memory = InMemoryLedgerStore()
        let journal = Journal(rows)
        let holds = (1...5).map {
            Samples.hold(Samples.attempt($0), 200, rules: [rule], lasting: .seconds($0 == 3 ? 1 : 60))
        }
        let first = holds.map(LedgerOperation.hold) + [.expire(now: Samples.start + .seconds(2))]
        #expect(try journal.apply(first) == memory.apply(first))
        // The second passes a threshold, and the third, which is late, another.
        let batch = [(0, 200), (1, 300), (2, 150)].map { Samples.settlement(of: holds[$0], cost: $1) }
        let expected = try memory.apply(batch)
        let crossed: [[Range<Int>]] = expected.map { outcome in
            if case .settled(_, _, let warnings) = outcome { warnings.map(\.crossed) } else { [] }
        }
        #expect(crossed == [[], [0..<1], [1..<2]])
        rows.losesAnswer = true
        #expect(throws: StoreError.self) { try journal.apply(batch) }
        let other = [Samples.settlement(of: holds[3], cost: 100)]
        #expect(try Journal(rows).apply(other) == memory.apply(other))
        // Another settlement of the same attempt is not what was booked.
        #expect(try journal.apply([Samples.settlement(of: holds[0], cost: 1)]) == [.alreadySettled])
        rows.failsAt = 0
        let next = batch + [Samples.settlement(of: holds[4], cost: 50)]
        #expect(throws: StoreError.self) { try journal.apply(next) }
        #expect(try journal.apply(next).prefix(3) == expected[...])
        #expect(try journal.apply(batch) == [.alreadySettled, .alreadySettled, .alreadySettled])
        _ = try memory.apply([next[3]])
        for (account, balance) in memory.contents.balances { #expect(try journal.balance(of: account) == balance) }
        #expect(try rows.pages.flatMap { try JournalPage.entries(in: $0.bytes) } == memory.contents.entries)
    }

    @Test("that cannot read all of another process's page takes none of it in, and all of it later")
    func halfRead() throws {
        // The balances of each page are read together.
        for failing in 0..<2 {
            let rows = JournalRows()
            let memory = InMemoryLedgerStore()
            let mine = Journal(rows)
            let other = Journal(rows)
            let first: [LedgerOperation] = [.hold(Samples.hold(Samples.attempt(1), 70, rules: [Self.rules[0]]))]
            #expect(try mine.apply(first) == memory.apply(first))
            // Several accounts that `mine` has to read first.
            let batch: [LedgerOperation] = (2..<8).map { number in
                let rule = Samples.rule("r\(number)", limit: Money(nanodollars: 1_000))
                return .hold(Samples.hold(Samples.attempt(number), 10, rules: [Self.rules[0], rule]))
            }
            for operations in [batch, [.hold(Samples.hold(Samples.attempt(9), 10, rules: [Self.rules[1]]))]] {
                #expect(try other.apply(operations) == memory.apply(operations))
            }
            rows.readsFailAt = failing
            #expect(throws: StoreError.self) { try mine.catchUp() }
            try mine.catchUp()
            for (account, balance) in memory.contents.balances { #expect(try mine.balance(of: account) == balance) }
        }
    }

    @Test("reads the balances that a batch needs at one go, and those of a page that another process has written")
    func balancesAtOnce() throws {
        let rows = JournalRows()
        let batch: [LedgerOperation] = (1..<40).map { number in
            let rule = Samples.rule("r\(number)", limit: Money(nanodollars: 1_000))
            return .hold(Samples.hold(Samples.attempt(number), 10, rules: [Self.rules[0], rule]))
        }
        let other = Journal(rows)
        try other.catchUp()
        _ = try Journal(rows).apply(batch)
        #expect(rows.balanceReads == 1)
        try other.catchUp()
        #expect(rows.balanceReads == 2)
    }

    @Test("finds what late settlements come too late for before it keeps others from writing, and reads on from there")
    func priorOutcomes() throws {
        let rows = JournalRows()
        let other = Journal(rows)
        let journal = Journal(rows)
        let holds = (1...20).map { Samples.hold(Samples.attempt($0), 10, rules: [Self.rules[0]]) }
        _ = try other.apply(holds.map { .hold($0) })
        _ = try other.apply([.expire(now: .distantFuture)])
        for number in 100..<200 as Range<UInt64> {
            _ = try other.apply([.hold(Samples.hold(Samples.attempt(1, of: number), 1, rules: [Self.rules[0]]))])
        }
        try journal.catchUp()
        let settlements = holds.map { Samples.settlement(of: $0, cost: 3) }
        #expect(journal.looksBack(for: settlements))
        var prior = PriorOutcomes()
        try prior.read(settlements, in: journal)
        // Meanwhile another process books one of them.
        _ = try other.apply([settlements[0]])
        rows.pagesRead = 0
        let outcomes = try journal.apply(settlements, knowing: prior)
        #expect(rows.pagesRead == 2, "the page since is taken in, and looked through")
        #expect(outcomes.first == .alreadySettled)
        #expect(outcomes.dropFirst().allSatisfy { if case .settled(_, late: true, _) = $0 { true } else { false } })
        // Without, all of them are looked for at one go.
        rows.pagesRead = 0
        #expect(try journal.apply(settlements).allSatisfy { $0 == .alreadySettled })
        #expect(rows.pagesRead <= rows.pages.count)
        #expect(try JournalVerification.check(rows).cost.nanodollars == 60)
        // A hold and its settlement in one batch need nothing to be looked for.
        let new = Samples.hold(Samples.attempt(1, of: 500), 10, rules: [Self.rules[0]])
        #expect(!journal.looksBack(for: [.hold(new), Samples.settlement(of: new, cost: 1)]))
    }

    @Test("that is far ahead of who looks at it is read from what is stored, and not page by page")
    func farBehind() throws {
        let rows = JournalRows()
        let window: Int64 = 16
        let reader = Journal(rows, window: window)
        let writer = Journal(rows, window: window)
        func place(_ numbers: Range<UInt64>) throws {
            for number in numbers {
                _ = try writer.apply([.hold(Samples.hold(Samples.attempt(1, of: number), 1, rules: [Self.rules[0]]))])
            }
        }
        try place(1..<3)
        try reader.catchUp()
        try place(3..<500)
        rows.pagesRead = 0
        try reader.catchUp()
        #expect(rows.pagesRead <= 3 * Int(window))
        #expect(reader.openHolds.count == 499)
        let claim = Self.rules[0].claim(by: BudgetSubject(key: "app", target: Samples.target), at: Samples.start)
        let account = try #require(claim).account
        #expect(try reader.balance(of: account) == writer.balance(of: account))
        #expect(try reader.balance(of: account).held.nanodollars == 499)

        // Another journal in its place is noticed all the same.
        let other = JournalRows()
        let stranger = Journal(other, window: window)
        for number in 1_000..<2_000 as Range<UInt64> {
            _ = try stranger.apply([.hold(Samples.hold(Samples.attempt(1, of: number), 1, rules: [Self.rules[0]]))])
        }
        rows.pages = other.pages
        #expect(throws: StoreError.self) { try reader.catchUp() }
    }

    @Test("that two processes write in turn is one journal to both")
    func twoProcesses() throws {
        let rows = JournalRows()
        let memory = InMemoryLedgerStore()
        var workload = JournalWorkload(seed: 8)
        let journals = [Journal(rows, window: 5), Journal(rows, window: 9)]
        for _ in 0..<300 {
            let batch = workload.batch()
            let expected = try memory.apply(batch)
            let outcomes = try journals[Int.random(in: 0...1, using: &workload.random)].apply(batch)
            try #require(outcomes == expected)
        }
        for journal in journals {
            try journal.catchUp()
            #expect(Set(journal.openHolds) == Set(memory.contents.holds.values))
        }
    }

    @Test("shows every change of any byte of what it has written")
    func tampering() throws {
        let rows = JournalRows()
        let journal = Journal(rows)
        for number in 1...6 as ClosedRange<UInt64> {
            let hold = Samples.hold(Samples.attempt(1, of: number), 10, rules: Self.rules)
            _ = try journal.apply([.hold(hold), Samples.settlement(of: hold, cost: 1)])
        }
        let sound = rows.pages
        #expect(try JournalVerification.check(rows).pages == 6)
        for (index, page) in sound.enumerated() {
            for place in page.bytes.indices {
                var bytes = page.bytes
                bytes[place] ^= 1
                rows.pages[index] = StoredPage(id: page.id, at: page.at, bytes: bytes, seal: page.seal)
                #expect(throws: StoreError.self) { try JournalVerification.check(rows) }
                #expect(throws: StoreError.self) { try Journal(rows).catchUp() }
            }
            rows.pages[index] = StoredPage(
                id: page.id, at: page.at + Milliseconds(1), bytes: page.bytes, seal: page.seal)
            #expect(throws: StoreError.self) { try JournalVerification.check(rows) }
            rows.pages = sound
        }
        // A page sealed anew no longer fits the one behind it.
        var forged = sound
        let seal = sound[1].bytes.withUnsafeBytes { Array(Seal.of($0, id: 3, at: sound[1].at, after: sound[1].seal)) }
        forged[2] = StoredPage(id: 3, at: sound[1].at, bytes: sound[1].bytes, seal: seal)
        rows.pages = forged
        #expect(throws: StoreError.self) { try JournalVerification.check(rows) }
        rows.pages = Array(sound[..<3] + sound[4...])
        #expect(throws: StoreError.self) { try JournalVerification.check(rows) }
    }

    @Test("shows a balance that is not what its pages add up to")
    func wrongBalance() throws {
        let rows = JournalRows()
        let journal = Journal(rows, window: 2)
        for number in 1...20 as ClosedRange<UInt64> {
            let hold = Samples.hold(Samples.attempt(1, of: number), 10, rules: Self.rules)
            _ = try journal.apply([.hold(hold)])
            if number > 5 { _ = try journal.apply([Samples.settlement(of: hold, cost: 1)]) }
        }
        let found = try JournalVerification.check(rows)
        #expect(found.entries == 15 && found.openHolds == 5 && !rows.balances.isEmpty)
        let account = try #require(rows.balances.keys.first)
        rows.balances[account]?.balance.spent += Money(nanodollars: 1)
        #expect(throws: StoreError.self) { try JournalVerification.check(rows) }
    }
}
