import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceJournal

@Suite("A journal whose first pages were taken away")
struct JournalArchiveTests {
    private static let rules = JournalWorkload.rules

    /// Over days, so that pages become old.
    private func workload(seed: UInt64) -> JournalWorkload {
        JournalWorkload(
            seed: seed, pace: 0...3_000, batches: 1...5, amounts: 1...20_000, lasting: 1...9_000, topsUp: true)
    }

    /// Copies the pages up to `last` into rows of their own, and has the journal begin behind them.
    private func archive(_ rows: JournalRows, upTo last: Int64, removing: Int = .max) throws -> JournalRows {
        let archive = JournalRows()
        var writer = try ArchiveWriter(from: rows, to: archive)
        while writer.lastPage < last { try writer.copy(from: rows, upTo: last, bytes: 700) }
        try writer.finish()
        let found = try JournalVerification.check(archive)
        #expect(found.isArchive && found.lastPage == last)
        try rows.transaction { () throws(StoreError) in
            try rows.prepare(found.rows, behind: last)
            try rows.begin(behind: found)
        }
        _ = try rows.removeOldPages(most: removing)
        return archive
    }

    private func sums(_ journal: Journal) throws -> [SpendingSum.Line: SpendingSum] {
        try journal.catchUp()
        var sums: [SpendingSum.Line: SpendingSum] = [:]
        for span in SpendingSpan.allCases {
            let all = SpendingStretch(span: span, start: Timestamp(milliseconds: .min), end: .distantFuture)
            try journal.forEachSum(in: all) { line, sum throws(StoreError) in
                sums[line, default: SpendingSum()].add(sum, in: span)
            }
        }
        return sums
    }

    /// Whether an operation is about an attempt of before the beginning whose hold is not in force: that it has ended is all that is
    /// known of it then.
    private func isOfBefore(_ operation: LedgerOperation, _ rows: JournalRows, _ journal: Journal) throws -> Bool {
        guard case .settle(let settlement) = operation, let checkpoint = rows.checkpoint else { return false }
        let attempt = settlement.hold.attempt
        return try checkpoint.isAfter(attempt.request.time) && !journal.lastKnowsHold(of: attempt)
    }

    @Test("goes on as if it had them, again and again, whoever works with it", arguments: [2, 8, 40])
    func same(window: Int64) throws {
        for seed in 0..<8 as Range<UInt64> {
            let (whole, rows) = (JournalRows(), JournalRows())
            let original = Journal(whole, window: window)
            var journals = [Journal(rows, window: window), Journal(rows, window: window)]
            var workload = self.workload(seed: seed)
            var archives: [JournalRows] = []
            for round in 0..<240 {
                if round % 41 == 40 { journals[round % 2] = Journal(rows, window: window) }
                let journal = journals[round / 5 % 2]
                let batch = try workload.batch().filter { try !isOfBefore($0, rows, journal) }
                try #require(try journal.apply(batch) == original.apply(batch))
                guard round % 20 == 19, let last = try journal.lastPage(toTakeBefore: .distantFuture) else { continue }
                let taken = Int64.random(in: rows.firstPage()...last, using: &workload.random)
                // Rows of them may be left for a while, and are not looked at.
                archives.append(try archive(rows, upTo: taken, removing: [.max, 0, 1][round / 20 % 3]))
                let found = try JournalVerification.check(rows)
                let wanted = try JournalVerification.check(whole)
                #expect(found.checkpoint == rows.checkpoint && found.pages == wanted.lastPage - taken)
                #expect(found.seal == wanted.seal && found.summary == wanted.summary)
            }
            try #require(archives.count > 3)
            let again = Journal(rows, window: window)
            #expect(try sums(again) == sums(original))
            #expect(Set(again.openHolds) == Set(original.openHolds))
            for account in try JournalVerification.check(whole).balances.keys {
                #expect(try again.balance(of: account) == original.balance(of: account))
            }
            #expect(rows.topUps == whole.topUps)
            // All pages are somewhere, in their order, each archive going on where the one before it ends.
            let chain = archives.flatMap(\.pages) + rows.pages.filter { $0.id >= rows.firstPage() }
            #expect(chain.map(\.seal) == whole.pages.map(\.seal))
            for (index, archive) in archives.enumerated() {
                let found = try JournalVerification.check(archive)
                let next = index + 1 < archives.count ? archives[index + 1].checkpoint : rows.checkpoint
                #expect(found.summary == next)
                #expect(throws: StoreError.self) { try Journal(archive).apply([.expire(now: .distantFuture)]) }
            }
        }
    }

    /// Some two hundred pages, of which the first `taken` are in an archive.
    private func journal(_ taken: Int64 = 60) throws -> JournalRows {
        let rows = JournalRows()
        let journal = Journal(rows, window: 8)
        var workload = self.workload(seed: 21)
        for _ in 0..<200 { _ = try journal.apply(workload.batch()) }
        _ = try archive(rows, upTo: taken)
        return rows
    }

    @Test("says so where what it begins with is not what was laid")
    func changed() throws {
        let sound = try journal()
        let original = try #require(sound.checkpoint)
        let (balances, holds) = try sound.checkpointContents()
        #expect(!holds.isEmpty && balances.count > 2)
        func altered(
            page: Int64 = 0, at: Int64 = 0, entries: Int = 0, cost: Int64 = 0, price: Int64 = 0, toppedUp: Int64 = 0,
            seal: UInt8 = 0, digest: UInt8 = 0
        ) -> JournalCheckpoint {
            JournalCheckpoint(
                page: original.page + page, at: original.at + Milliseconds(at),
                seal: [original.seal[0] ^ seal] + original.seal[1...],
                entries: original.entries + entries, cost: original.cost + Money(nanodollars: cost),
                price: original.price + Money(nanodollars: price),
                toppedUp: original.toppedUp + Money(nanodollars: toppedUp),
                digest: [original.digest[0] ^ digest] + original.digest[1...])
        }
        for checkpoint in [
            altered(page: 1), altered(page: -1), altered(at: 1), altered(entries: 1), altered(cost: 1),
            altered(price: 1), altered(toppedUp: 1), altered(seal: 1), altered(digest: 1), nil,
        ] {
            sound.checkpoint = checkpoint
            #expect(throws: StoreError.self) { try JournalVerification.check(sound) }
        }
        sound.checkpoint = original
        _ = try JournalVerification.check(sound)
        for (account, balance) in balances {
            var other = balance
            other.spent += Money(nanodollars: 1)
            try sound.prepare(other, of: account, behind: original.page)
            #expect(throws: StoreError.self) { try JournalVerification.check(sound) }
            try sound.prepare(balance, of: account, behind: original.page)
        }
        let hold = holds[0]
        let writer = PageWriter()
        writer.add(
            OpenHold(
                attempt: hold.attempt, amount: hold.amount + Money(nanodollars: 1), price: hold.price,
                accounts: hold.accounts, expiresAt: hold.expiresAt, target: hold.target,
                attribution: hold.attribution))
        try sound.prepare(writer.bytes, of: hold.attempt, behind: original.page)
        #expect(throws: StoreError.self) { try JournalVerification.check(sound) }
    }

    @Test("says so where a sum or a top-up of before is another than what was taken away")
    func changedSums() throws {
        func first(_ rows: JournalRows) -> SpendingSum.Line? { rows.sums.keys.min { $0.start < $1.start } }
        func last(_ rows: JournalRows) -> SpendingSum.Line? { rows.sums.keys.max { $0.start < $1.start } }
        for change in [
            { rows in
                let line = try #require(first(rows))
                var sum = try #require(rows.sums[line])
                sum.add(Self.entry)
                rows.sums[line] = sum
            },
            { rows in rows.sums[try #require(first(rows))] = nil },
            { rows in rows.sums[try #require(last(rows))] = SpendingSum() },
            { $0.topUps.removeFirst() }, { $0.topUps.removeLast() },
        ] as [(JournalRows) throws -> Void] {
            let rows = try journal()
            _ = try JournalVerification.check(rows)
            try change(rows)
            #expect(throws: StoreError.self) { try JournalVerification.check(rows) }
        }
    }

    private static let entry: LedgerEntry = {
        let hold = Samples.hold(Samples.attempt(1), 100, rules: rules)
        guard case .settle(let settlement) = Samples.settlement(of: hold, cost: 7) else {
            preconditionFailure("a settlement is something else")
        }
        return settlement.entry
    }()

    @Test("keeps the pages that are still worked with")
    func bounds() throws {
        let rows = JournalRows()
        let journal = Journal(rows, window: 8)
        #expect(try journal.lastPage(toTakeBefore: .distantFuture) == nil)
        var workload = self.workload(seed: 4)
        for _ in 0..<100 {
            _ = try journal.apply(workload.batch())
            guard let last = try journal.lastPage(toTakeBefore: .distantFuture) else { continue }
            #expect(last < rows.replayFrom() - 1 && last <= rows.summedTo() && last <= rows.lastPage() - 8)
            let time = try #require(rows.time(ofPage: last))
            if let earlier = try journal.lastPage(toTakeBefore: time) {
                #expect(try #require(rows.time(ofPage: earlier)) < time)
            }
        }
        #expect(try journal.lastPage(toTakeBefore: Samples.start) == nil)
    }

    @Test("takes nothing away by an archive of other pages, or by one that is of too many")
    func otherArchives() throws {
        let rows = try journal(20)
        func found(_ rows: JournalRows, upTo last: Int64) throws -> JournalVerification {
            let archive = JournalRows()
            var writer = try ArchiveWriter(from: rows, to: archive)
            try writer.copy(from: rows, upTo: last, bytes: .max)
            try writer.finish()
            return try JournalVerification.check(archive)
        }
        let next = try found(rows, upTo: 40)
        let late = try found(rows, upTo: rows.lastPage())
        _ = try archive(rows, upTo: 30)
        for other in [next, late, try found(rows, upTo: rows.lastPage())] {
            #expect(throws: StoreError.self) {
                try rows.transaction { () throws(StoreError) in try rows.begin(behind: other) }
            }
        }
        #expect(rows.checkpoint?.page == 30)
    }

    @Test("is copied with all that it begins with")
    func copied() throws {
        let rows = try journal()
        let copy = JournalRows()
        let found = try JournalCopy.perform(from: rows, to: copy)
        #expect(found.checkpoint == rows.checkpoint && copy.checkpoint == rows.checkpoint)
        #expect(try found.summary == JournalVerification.check(rows).summary)
        #expect(copy.pages.first?.id == 61)
    }

    @Test("books nothing twice that may be in an archive, and lets a sleeper go on")
    func ended() throws {
        let rows = JournalRows()
        let journal = Journal(rows, window: 4)
        let sleeper = Journal(rows, window: 4)
        let first = Samples.hold(Samples.attempt(1), 100, rules: [Self.rules[0]])
        _ = try journal.apply([.hold(first)])
        _ = try journal.apply([Samples.settlement(of: first, cost: 40)])
        try sleeper.catchUp()
        for number in 2...40 {
            let time = Samples.start + .seconds(Int64(number) * 100)
            let id = RequestID(high: UInt64(time.milliseconds) << 16, low: UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
            let hold = Samples.hold(AttemptID(request: id, number: 1), 100, rules: [Self.rules[0]], at: time)
            _ = try journal.apply([.hold(hold)])
            _ = try journal.apply([Samples.settlement(of: hold, cost: 1, at: time)])
        }
        _ = try archive(rows, upTo: 10)
        #expect(try journal.apply([Samples.settlement(of: first, cost: 40)]) == [.alreadySettled])
        #expect(try journal.apply([.replayed(Samples.settlement(of: first, cost: 40))]) == [.alreadySettled])
        _ = try journal.apply([.replayed(.hold(first))])
        #expect(journal.openHolds.isEmpty)
        try sleeper.catchUp()
        let account = try #require(first.accounts.first)
        #expect(try sleeper.balance(of: account) == journal.balance(of: account))
        #expect(try JournalVerification.check(rows).summary.cost.nanodollars == 40 + 39)
    }
}
