import Testing
import TuppenceCore
import TuppenceJournal
import TuppenceSQLite
import TuppenceStore
import TuppenceTesting

@Suite("A store that is moved into another")
struct StoreMigrationTests {
    private static let record = AuditRecord(
        at: Samples.start, actor: "test", origin: "command", action: "test", subject: "app")
    private let rules = [Samples.rule(limit: Money(nanodollars: 1_000_000), period: .total)]

    private func hold(_ number: Int) -> Hold { Samples.hold(Samples.attempt(number), 100, rules: rules) }

    /// Something of everything that a store has.
    private func fill(_ store: any Store) throws {
        for number in 1...20 {
            _ = try store.apply([.hold(hold(number))])
            if number % 3 > 0 { _ = try store.apply([Samples.settlement(of: hold(number), cost: 40)]) }
        }
        let topUp = TopUp(
            id: Samples.attempt(90).request, wallet: .wallet("acme"), amount: Money(nanodollars: 500),
            at: Samples.start, note: "invoice 7")
        _ = try store.apply([.topUp(topUp)])
        for name in ["app", "other"] {
            let key = StoredKey(
                name: name, hash: Array(name.utf8), hint: "t…p", createdAt: Samples.start,
                expiresAt: name == "app" ? nil : Samples.start + .seconds(90))
            #expect(try store.insert(key, Self.record))
        }
        let next = StoredKey(name: "app", hash: [9, 9], hint: "n…t", createdAt: Samples.start)
        #expect(try store.replace(next, formerUntil: Samples.start + .seconds(60), of: nil, Self.record))
        #expect(try store.setDisabled(true, key: "other", of: nil, Self.record))
        for name in ["b", "a"] {
            let budget = StoredBudget(
                name: name, definition: "{}", limit: Money(nanodollars: 7), createdAt: Samples.start,
                changedAt: Samples.start, changedBy: "test")
            guard case .made = try store.insert(budget, Self.record) else { throw StoreError("not made") }
        }
        #expect(try store.removeBudget("b", version: 1, Self.record) == .made(version: 3))
        let token = StoredOperator(
            name: "root", hash: [1], hint: "r…t", role: "owner", createdAt: Samples.start,
            expiresAt: Samples.start + .seconds(9))
        #expect(try store.insert(token, Self.record))
    }

    @Test("has all that it had, and goes on as if nothing had happened", arguments: TestDatabase.kinds)
    func everything(kind: TestDatabase.Kind) throws {
        let folder = try TemporaryFolder()
        let source = try SQLiteStore(path: folder.path("a.db"))
        try fill(source)
        let database = try TestDatabase(kind)
        let copied = try StoreMigration.copy(from: source, to: try database.open())
        let target = try database.open()
        #expect(copied.seal == (try source.verify().seal))
        #expect(try target.verify().seal == copied.seal)
        #expect(try target.rows() == source.rows())
        #expect(try target.rows().budgets.edition == 3)
        #expect(try target.rows().keys.first?.former.count == 1)
        #expect(try target.rows().keys.map(\.expiresAt) == [nil, Samples.start + .seconds(90)])
        #expect(try target.balances() == source.balances())
        #expect(try target.openHolds() == source.openHolds())
        #expect(try target.entries(limit: 100) == source.entries(limit: 100))
        #expect(try target.spending(by: [.key, .total]) == source.spending(by: [.key, .total]))
        #expect(try target.topUp(Samples.attempt(90).request, into: .wallet("acme")) != nil)
        for store in [source, target] { _ = try store.apply([Samples.settlement(of: hold(3), cost: 40)]) }
        #expect(try target.verify().seal == source.verify().seal)
        #expect(try target.balances() == source.balances())
        // And back again.
        let back = try SQLiteStore(path: folder.path("back.db"))
        #expect(try StoreMigration.copy(from: target, to: back).seal == source.verify().seal)
        #expect(try back.rows() == source.rows())
    }

    @Test("is refused by one that has anything, which stays as it is", arguments: TestDatabase.kinds)
    func occupied(kind: TestDatabase.Kind) throws {
        let folder = try TemporaryFolder()
        let source = try SQLiteStore(path: folder.path("a.db"))
        try fill(source)
        let database = try TestDatabase(kind)
        let target = try database.open()
        let token = StoredOperator(name: "root", hash: [1], hint: "r…t", role: "owner", createdAt: Samples.start)
        #expect(try target.insert(token, Self.record))
        let before = try target.rows()
        #expect(throws: StoreError.self) { try StoreMigration.copy(from: source, to: target) }
        #expect(try target.rows() == before)
        #expect(throws: StoreError.self) { try StoreMigration.copy(from: source, to: source) }
        #expect(try source.verify().pages > 0)
    }

    @Test("leaves nothing behind where the source is not in order", arguments: TestDatabase.kinds)
    func damaged(kind: TestDatabase.Kind) throws {
        let source = JournalRows()
        let journal = Journal(source)
        _ = try journal.apply([.hold(hold(1))])
        _ = try journal.apply([Samples.settlement(of: hold(1), cost: 40)])
        let page = source.pages[0]
        source.pages[0] = StoredPage(id: page.id, at: page.at, bytes: page.bytes + [0], seal: page.seal)
        let database = try TestDatabase(kind)
        let target = try database.open()
        let rows = StoreRows(keys: [], budgets: StoredBudgets(), operators: [], audit: [Self.record], feedback: [])
        #expect(throws: StoreError.self) {
            try target.fill(with: rows) { storage throws(StoreError) in
                _ = try JournalCopy.perform(from: source, to: storage)
            }
        }
        #expect(try target.rows().audit.isEmpty)
        #expect(try target.verify().pages == 0)
    }

    @Test("takes along balances and holds that are kept so that old pages need not be read")
    func kept() throws {
        let source = JournalRows()
        let journal = Journal(source, window: 8)
        for number in 1...60 {
            _ = try journal.apply([.hold(hold(number))])
            if number % 7 > 0 { _ = try journal.apply([Samples.settlement(of: hold(number), cost: 40)]) }
        }
        #expect(source.replayFrom() > 1 && !source.keptHolds().isEmpty)
        let target = JournalRows()
        let found = try JournalCopy.perform(from: source, to: target)
        #expect(found.openHolds == journal.openHolds.count)
        #expect(target.replayFrom() == source.replayFrom())
        #expect(target.keptHolds().count == source.keptHolds().count)
        #expect(target.balances.count == source.balances.count)
        let other = Journal(target, window: 8)
        try other.catchUp()
        #expect(other.openHolds == journal.openHolds)
        #expect(throws: StoreError.self) { try JournalCopy.perform(from: source, to: target) }
    }
}
