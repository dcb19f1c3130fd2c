import Testing
import TuppenceCore
import TuppenceJournal
import TuppenceSQLite
import TuppenceStore
import TuppenceTesting

@Suite("A store whose oldest pages are moved into an archive")
struct StoreArchiveTests {
    private static let window: Int64 = 8
    private static let record = AuditRecord(
        at: Samples.start, actor: "test", origin: "command", action: "ledger.archive", subject: "old.db")
    private let rules = [Samples.rule(limit: Money(nanodollars: 1_000_000), period: .total)]

    private func hold(_ number: Int) -> Hold {
        let time = Samples.start + .seconds(Int64(number) * 5_000)
        let id = RequestID(high: UInt64(time.milliseconds) << 16, low: UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
        return Samples.hold(
            AttemptID(request: id, number: 1), 100, rules: rules, at: time,
            lasting: .seconds(number % 7 == 0 ? 90_000 : 60))
    }

    private func work(_ store: any Store, _ numbers: ClosedRange<Int>) throws {
        for number in numbers {
            let hold = hold(number)
            _ = try store.apply([.hold(hold)])
            if number % 7 > 0 {
                _ = try store.apply([Samples.settlement(of: hold, cost: Int64(number), at: hold.attempt.request.time)])
            }
            if number % 10 == 0 {
                let topUp = TopUp(
                    id: hold.attempt.request, wallet: .wallet("acme"), amount: Money(nanodollars: Int64(number)),
                    at: hold.attempt.request.time, note: "n\(number)")
                _ = try store.apply([.topUp(topUp), .expire(now: hold.attempt.request.time)])
            }
        }
    }

    /// All that has to go on as it was.
    private struct Told: Equatable {
        let spending: [SpendingGrouping: [SpendingGroup]]
        let balances: [BudgetAccount: Balance]
        let holds: [OpenHold]
        let wallets: [WalletBalance]

        init(_ store: any Store) throws {
            spending = try store.spending(by: SpendingGrouping.allCases)
            balances = try store.balances()
            holds = try store.openHolds()
            wallets = try store.wallets()
        }
    }

    private func archive(of store: any Store) -> StoreArchive { StoreArchive(of: store) { _ in } }

    @Test("tells what it told, and goes on with whoever works with it meanwhile", arguments: TestDatabase.kinds)
    func moved(kind: TestDatabase.Kind) throws {
        let folder = try TemporaryFolder()
        let database = try TestDatabase(kind)
        let gateway = try database.open(window: Self.window)
        let reader = try database.open(window: Self.window)
        try work(gateway, 1...80)
        var seal: [UInt8]?
        var files: [any Store] = []
        for round in 1...3 {
            let store = try database.open(window: Self.window)
            let before = try Told(store)
            let whole = try store.verify()
            let path = folder.path("\(round).db")
            let last = try #require(try archive(of: store).lastPage(before: .distantFuture))
            do { try archive(of: store).copy(upTo: last, to: try SQLiteStore(path: path)) }
            guard case .upToDate(let file) = try SQLiteStore.look(at: path) else { throw StoreError("no archive") }
            let found = try file.verify(seal: seal)
            #expect(found.isArchive && found.lastPage == last && found.checkpoint?.seal == seal)
            #expect(found.hasSeal == (seal != nil))
            files.append(file)
            // Somebody works with it meanwhile.
            try work(gateway, (round * 100)...(round * 100 + 20))
            try archive(of: store).begin(behind: found, Self.record)
            #expect(try archive(of: store).removeRemains() == Int(found.pages))
            seal = found.seal
            #expect(try store.journalCheckpoint() == found.summary)
            let rest = try store.verify()
            #expect(rest.checkpoint?.seal == seal && rest.pages == rest.lastPage - last)
            #expect(rest.summary.cost >= whole.summary.cost && rest.summary.entries > whole.summary.entries)
            #expect(try archive(of: store).removeRemains() == 0)
            #expect(try file.entries(limit: .max).count == found.entries)
            let total = try file.spending(by: [.total])[.total]?.first
            #expect(total?.spending.cost == found.cost)
            #expect(try store.entries(limit: .max).count == rest.entries)
            // What was told before has come to what is told now with what was booked meanwhile.
            let now = try Told(store)
            #expect(now != before)
            for other in [gateway, reader, try database.open(window: Self.window)] {
                #expect(try Told(other) == now)
            }
            #expect(throws: StoreError.self) { try file.apply([.expire(now: .distantFuture)]) }
        }
        let rest = try database.open(window: Self.window)
        // All of them together are the whole ledger again, whichever is named first.
        let chain = try StoreChain(rest, archives: [files[1], files[0], files[2]])
        #expect(try chain.journalCheckpoint() == nil)
        var told: [AttemptID] = []
        try chain.forEachEntry(from: Timestamp(seconds: 0)) { told.append($0.attempt) }
        let parts = try (files + [rest]).flatMap { try $0.entries(limit: .max).map(\.attempt).reversed() }
        #expect(told == parts && Set(told).count == told.count)
        #expect(try StoreChain(rest, archives: [files[2]]).journalCheckpoint() == files[2].journalCheckpoint())
        #expect(throws: StoreError.self) { try StoreChain(rest, archives: [files[0], files[2]]) }
        #expect(throws: StoreError.self) { try StoreChain(files[0], archives: [files[1]]) }
        #expect(
            try gateway.auditRecords(limit: 9, before: nil).map(\.record) == [Self.record, Self.record, Self.record])
        try work(gateway, 500...520)
        #expect(try gateway.apply([Samples.settlement(of: hold(3), cost: 9)]) == [.alreadySettled])
        _ = try gateway.verify()
    }

    @Test(
        "comes to nothing, or is finished by the next one, wherever it was interrupted", arguments: TestDatabase.kinds)
    func interrupted(kind: TestDatabase.Kind) throws {
        let folder = try TemporaryFolder()
        let database = try TestDatabase(kind)
        let store = try database.open(window: Self.window)
        try work(store, 1...80)
        let before = try Told(store)
        let whole = try store.verify()
        let last = try #require(try archive(of: store).lastPage(before: .distantFuture)) - 20
        let file = try SQLiteStore(path: folder.path("a.db"))
        // While it is copied.
        #expect(throws: StoreError.self) {
            try file.fill(with: .none) { storage throws(StoreError) in
                var writer = try store.reading { journal in try ArchiveWriter(from: journal.storage, to: storage) }
                try store.reading { journal in try writer.copy(from: journal.storage, upTo: last, bytes: 2_000) }
                throw StoreError("killed")
            }
        }
        #expect(try file.verify().pages == 0 && !file.isArchive())
        try archive(of: store).copy(upTo: last, to: file)
        let found = try file.verify()
        // Before what it begins with counts.
        try store.maintaining { storage throws(StoreError) in
            try storage.prepare(found.rows.prefix(1), behind: last)
            try storage.prepare(found.rows, behind: last + 1)
        }
        #expect(try store.verify().summary == whole.summary)
        #expect(try archive(of: store).removeRemains() == 0)
        // Before its pages are removed, and while they are.
        try store.maintaining { storage throws(StoreError) in try storage.prepare(found.rows, behind: last) }
        try store.maintaining { storage throws(StoreError) in try storage.begin(behind: found) }
        for most in [0, 7] {
            let removed = try store.maintaining { storage throws(StoreError) in try storage.removeOldPages(most: most) }
            #expect(removed == most)
            let rest = try store.verify()
            #expect(rest.pages == whole.pages - last && rest.summary == whole.summary)
            #expect(try Told(store) == before)
            #expect(try store.entries(limit: .max).count == rest.entries)
            #expect(try store.stretch(before: LedgerPlace(page: last + 1, index: 0), limit: 5).lines.isEmpty)
        }
        // The next one finishes it.
        #expect(try archive(of: store).removeRemains() == Int(last) - 7)
        #expect(try Told(database.open(window: Self.window)) == before)
        // One that was made of the same pages does not fit any more.
        #expect(throws: StoreError.self) { try archive(of: store).begin(behind: found, Self.record) }
        #expect(try store.verify().summary == whole.summary)
        // What was prepared for it is nothing to anybody.
        #expect(try archive(of: store).removeRemains() == 0)
    }

    @Test(
        "is moved into another database with all that it begins with, and so is an archive",
        arguments: TestDatabase.kinds)
    func migrated(kind: TestDatabase.Kind) throws {
        let folder = try TemporaryFolder()
        let source = try SQLiteStore(path: folder.path("a.db"), window: Self.window)
        try work(source, 1...80)
        let last = try #require(try archive(of: source).lastPage(before: .distantFuture))
        let file = try SQLiteStore(path: folder.path("old.db"))
        try archive(of: source).copy(upTo: last, to: file)
        try archive(of: source).begin(behind: file.verify(), Self.record)
        let database = try TestDatabase(kind)
        let copied = try StoreMigration.copy(from: source, to: try database.open())
        let target = try database.open(window: Self.window)
        #expect(
            try copied.checkpoint == source.journalCheckpoint()
                && target.journalCheckpoint() == source.journalCheckpoint())
        #expect(try Told(target) == Told(source))
        for store in [source, target] { try work(store, 81...90) }
        #expect(try target.verify().summary == source.verify().summary)
        let other = try TestDatabase(kind)
        _ = try StoreMigration.copy(from: file, to: try other.open())
        #expect(try other.open().isArchive())
        #expect(throws: StoreError.self) { try other.open().apply([]) }
    }

    @Test("SQLite: notices a byte of its beginning that was changed")
    func changed() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.db")
        let store = try SQLiteStore(path: path, window: Self.window)
        try work(store, 1...80)
        let last = try #require(try archive(of: store).lastPage(before: .distantFuture))
        let file = try SQLiteStore(path: folder.path("old.db"))
        try archive(of: store).copy(upTo: last, to: file)
        try archive(of: store).begin(behind: file.verify(), Self.record)
        _ = try store.verify()
        try store.maintaining { storage throws(StoreError) in
            let balance = Balance(spent: Money(nanodollars: 1), held: .zero)
            try storage.prepare(balance, of: .wallet("other"), behind: last)
        }
        #expect(throws: StoreError.self) { try store.verify() }
    }
}
