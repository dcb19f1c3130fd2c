import Foundation
import Testing
import TuppenceCore
import TuppenceStore
import TuppenceTesting

@Suite("Every store keeps the contract")
struct StoreContractTests {
    @Test("the one in memory keeps it")
    func inMemory() throws {
        let store = InMemoryLedgerStore()
        var contract = LedgerStoreContract(
            store,
            inspection: .init(
                balance: { store.contents.balance(of: $0) }, entries: { store.contents.entries },
                openHolds: { store.contents.holds.count }))
        #expect(try contract.check() == [])
    }

    @Test("each database keeps it", arguments: TestDatabase.kinds)
    func onDisk(kind: TestDatabase.Kind) throws {
        let database = try TestDatabase(kind)
        let store = try database.open()
        var contract = LedgerStoreContract(
            store,
            inspection: .init(
                balance: { try store.balances()[$0] ?? Balance() }, entries: { try store.entries(limit: 1_000) },
                openHolds: { try store.openHolds().count }))
        #expect(try contract.check() == [])
    }

    @Test(
        "what was acknowledged is there after reopening, names with tabs and lines included",
        arguments: TestDatabase.kinds)
    func reopening(kind: TestDatabase.Kind) throws {
        let database = try TestDatabase(kind)
        let rule = BudgetRule(name: "each", scope: [.user: .each], limit: Money(nanodollars: 100), period: .total)
        let subject = BudgetSubject(key: "app", user: "tab\there\nline%25", target: Samples.target)
        let claim = try #require(rule.claim(by: subject, at: Samples.start))
        let hold = Hold(
            attempt: Samples.attempt(1), amount: Money(nanodollars: 40), claims: [claim], expiresAt: Samples.start,
            target: Samples.target, attribution: Samples.attribution)
        do {
            let store = try database.open()
            _ = try store.apply([.hold(hold)])
        }
        let store = try database.open()
        #expect(try store.balances()[claim.account]?.held.nanodollars == 40)
        #expect(try store.openHolds().map(\.amount.nanodollars).reduce(0, +) == 40)
        #expect(try store.apply([.expire(now: Samples.start)]) == [.expired(count: 1)])
        #expect(try store.balances()[claim.account]?.held == .zero)
    }

    @Test("a closed store has everything, and tells nobody who asks it", arguments: TestDatabase.kinds)
    func closing(kind: TestDatabase.Kind) throws {
        let database = try TestDatabase(kind)
        let store = try database.open()
        let hold = Samples.hold(Samples.attempt(1), 40, rules: [Samples.rule(limit: Money(nanodollars: 100))])
        _ = try store.apply([.hold(hold)])
        try store.close()
        #expect(throws: StoreError.self) { try store.apply([.expire(now: Samples.start)]) }
        #expect(throws: StoreError.self) { try store.openHolds() }
        #expect(throws: StoreError.self) { try store.keys(at: Samples.start) }
        #expect(throws: StoreError.self) { try store.isArchive() }
        #expect(throws: StoreError.self) { try store.prove() }
        try store.close()
        let reopened = try database.open()
        #expect(try reopened.openHolds().map(\.attempt) == [hold.attempt])
    }

    @Test(
        "whatever becomes of holds in whatever batches, a reopened store knows which are open",
        arguments: TestDatabase.kinds)
    func manyHolds(kind: TestDatabase.Kind) throws {
        let database = try TestDatabase(kind)
        let rule = Samples.rule(limit: Money(nanodollars: 10_000), period: .total)
        var random = SeededGenerator(seed: 3)
        var open: [Hold] = []
        var made: UInt64 = 0
        for _ in 0..<8 {
            // Every round is a process of its own.
            let store = try database.open()
            for _ in 0..<30 {
                var operations: [LedgerOperation] = []
                for _ in 0..<Int.random(in: 0...5, using: &random) {
                    made += 1
                    let hold = Samples.hold(
                        Samples.attempt(1, of: made), 900, rules: [rule], lasting: .seconds(Int64(made)))
                    operations.append(.hold(hold))
                    open.append(hold)
                }
                for _ in 0..<Int.random(in: 0...4, using: &random) where !open.isEmpty {
                    let hold = open.remove(at: Int.random(in: 0..<open.count, using: &random))
                    operations.append(Samples.settlement(of: hold, cost: 1))
                }
                let outcomes = try store.apply(operations)
                for (operation, outcome) in zip(operations, outcomes) {
                    // A settlement of a refused hold is booked, as the truth that it is, and releases nothing.
                    if case .hold(let hold) = operation, case .denied = outcome { open.removeAll { $0 == hold } }
                }
            }
            let held = open.reduce(0) { $0 + $1.amount.nanodollars }
            #expect(try store.openHolds().map(\.amount.nanodollars).reduce(0, +) == held)
            #expect(try store.balances().values.reduce(0) { $0 + $1.held.nanodollars } == held)
        }
        let store = try database.open()
        _ = try store.apply([.expire(now: Samples.start + .seconds(1_000_000))])
        #expect(try store.openHolds().count == 0)
        #expect(try store.balances().values.allSatisfy { $0.held == .zero })
    }

    @Test("a hold that another process has expired is not given back a second time", arguments: TestDatabase.kinds)
    func twoProcesses(kind: TestDatabase.Kind) throws {
        let database = try TestDatabase(kind)
        let rule = Samples.rule(limit: Money(nanodollars: 1_000), period: .total)
        let slow = try database.open()
        let other = try database.open()
        let hold = Samples.hold(Samples.attempt(1), 600, rules: [rule], lasting: .seconds(1))
        _ = try slow.apply([.hold(hold)])
        #expect(try other.apply([.expire(now: hold.expiresAt)]) == [.expired(count: 1)])
        _ = try other.apply([.hold(Samples.hold(Samples.attempt(2), 700, rules: [rule]))])
        guard case .settled(_, late: true, _) = try slow.apply([Samples.settlement(of: hold, cost: 50)]).first else {
            Issue.record("a late settlement is booked, and said to be late")
            return
        }
        #expect(
            try other.balances().values.first == Balance(spent: Money(nanodollars: 50), held: Money(nanodollars: 700)))
    }

    @Test("two spellings of one name are two accounts, as the database has them", arguments: TestDatabase.kinds)
    func spellings(kind: TestDatabase.Kind) throws {
        let database = try TestDatabase(kind)
        let store = try database.open()
        let rule = BudgetRule(name: "each", scope: [.user: .each], limit: Money(nanodollars: 1_000), period: .total)
        let holds = try ["caf\u{E9}", "cafe\u{301}"].enumerated().map { number, user in
            let claim = try #require(
                rule.claim(by: BudgetSubject(key: "app", user: user, target: Samples.target), at: Samples.start))
            return Hold(
                attempt: Samples.attempt(number + 1), amount: Money(nanodollars: 10), claims: [claim],
                expiresAt: Samples.start + .seconds(1), target: Samples.target, attribution: Samples.attribution)
        }
        _ = try store.apply(holds.map { .hold($0) })
        for hold in holds { _ = try store.apply([Samples.settlement(of: hold, cost: 1)]) }
        #expect(try store.balances().values.map(\.held) == [.zero, .zero])
    }

    @Test("a batch that fails changes nothing", arguments: TestDatabase.kinds)
    func allOrNothing(kind: TestDatabase.Kind) throws {
        let database = try TestDatabase(kind)
        let store = try database.open()
        let good = Samples.hold(Samples.attempt(1), 10, rules: [])
        // A negative cost breaks the table's own rule, as a defect of ours would.
        let bad = Samples.settlement(of: Samples.hold(Samples.attempt(2), 10, rules: []), cost: -1)
        #expect(throws: StoreError.self) { try store.apply([.hold(good), bad]) }
        #expect(try store.openHolds().count == 0)
        _ = try store.apply([.hold(good)])
        #expect(try store.openHolds().count == 1)
    }

    @Test("keys are found by hash, once by name, and can be disabled", arguments: TestDatabase.kinds)
    func keys(kind: TestDatabase.Kind) throws {
        let database = try TestDatabase(kind)
        let store = try database.open()
        let key = StoredKey(name: "app", hash: Array(repeating: 7, count: 32), hint: "tp…", createdAt: Samples.start)
        #expect(try store.insert(key, Self.record))
        #expect(try !store.insert(key, Self.record))
        #expect(try store.keys(at: Samples.start) == [key])
        #expect(try store.setDisabled(true, key: "app", of: nil, Self.record))
        #expect(try store.keys(at: Samples.start).first?.isDisabled == true)
        #expect(try !store.setDisabled(true, key: "nobody", of: nil, Self.record))
    }

    @Test(
        "a key is changed in the version that is meant, and otherwise not at all",
        arguments: TestDatabase.kinds, [(1, false), (2, true), (3, false)])
    func versionsOfKeys(kind: TestDatabase.Kind, meant: (version: Int64, isMeant: Bool)) throws {
        let (version, isMeant) = meant
        let database = try TestDatabase(kind)
        let store = try database.open()
        let key = StoredKey(name: "app", hash: Array(repeating: 7, count: 32), hint: "old", createdAt: Samples.start)
        _ = try store.insert(key, Self.record)
        #expect(try store.setDisabled(true, key: "app", of: 1, Self.record))
        let before = try #require(try store.keys(at: Samples.start).first)
        #expect(before.version == 2)
        var next = key
        next.hash = Array(repeating: 8, count: 32)
        #expect(
            try store.replace(next, formerUntil: Samples.start + .seconds(60), of: version, Self.record) == isMeant)
        let after = try #require(try store.keys(at: Samples.start).first)
        #expect(after.version == (isMeant ? 3 : 2) && after.former.isEmpty == !isMeant)
        #expect(try store.auditRecords(limit: 9, before: nil).count == (isMeant ? 3 : 2))
        #expect(try store.setDisabled(false, key: "app", of: nil, Self.record))
    }

    @Test(
        "a key may have an end, which is set and taken away again, and outlives its secret",
        arguments: TestDatabase.kinds)
    func endsOfKeys(kind: TestDatabase.Kind) throws {
        let database = try TestDatabase(kind)
        let store = try database.open()
        let (soon, later) = (Samples.start + .seconds(60), Samples.start + .seconds(90))
        let key = StoredKey(
            name: "app", hash: Array(repeating: 7, count: 32), hint: "old", createdAt: Samples.start, expiresAt: soon)
        _ = try store.insert(key, Self.record)
        #expect(try store.keys(at: Samples.start) == [key])
        #expect(try store.setEnd(later, key: "app", of: 1, Self.record))
        #expect(try !store.setEnd(nil, key: "app", of: 1, Self.record))
        #expect(try !store.setEnd(nil, key: "nobody", of: nil, Self.record))
        var next = key
        next.hash = Array(repeating: 8, count: 32)
        #expect(try store.replace(next, formerUntil: soon, of: 2, Self.record))
        let after = try #require(try store.keys(at: later).first)
        #expect(after.expiresAt == later && after.version == 3)
        #expect(after.hasExpired(at: later) && !after.hasExpired(at: later + Milliseconds(-1)))
        #expect(try store.setEnd(nil, key: "app", of: nil, Self.record))
        #expect(try store.keys(at: later).first?.expiresAt == nil)
    }

    @Test("the secret that a key had before counts until its time is over", arguments: TestDatabase.kinds)
    func formerSecrets(kind: TestDatabase.Kind) throws {
        let database = try TestDatabase(kind)
        let store = try database.open()
        let (old, new) = (Array(repeating: 7 as UInt8, count: 32), Array(repeating: 8 as UInt8, count: 32))
        let end = Samples.start + .seconds(60)
        _ = try store.insert(
            StoredKey(name: "app", hash: old, hint: "old", createdAt: Samples.start), Self.record)
        let next = StoredKey(name: "app", hash: new, hint: "new", createdAt: Samples.start)
        #expect(try store.replace(next, formerUntil: end, of: nil, Self.record))
        let soon = try #require(try store.keys(at: end + Milliseconds(-1)).first)
        #expect(soon.hash == new && soon.former == [.init(hash: old, until: end)])
        #expect(try store.keys(at: end).first?.former == [])
        var nobody = next
        nobody.name = "nobody"
        #expect(try !store.replace(nobody, formerUntil: end, of: nil, Self.record))
    }

    @Test("every change is written down, newest first, and what changed nothing is not", arguments: TestDatabase.kinds)
    func audit(kind: TestDatabase.Kind) throws {
        let database = try TestDatabase(kind)
        let store = try database.open()
        let key = StoredKey(name: "app", hash: Array(repeating: 7, count: 32), hint: "", createdAt: Samples.start)
        var (making, disabling) = (Self.record, Self.record)
        (making.action, disabling.action) = ("key.create", "key.disable")
        _ = try store.insert(key, making)
        _ = try store.insert(key, making)
        _ = try store.setDisabled(true, key: "app", of: nil, disabling)
        let records = try store.auditRecords(limit: 10, before: nil)
        #expect(records.map(\.record) == [disabling, making])
        #expect(try store.auditRecords(limit: 1, before: records[0].id).map(\.record) == [making])
    }

    @Test(
        "a search goes on where the one before has ended, and looks at so much and no more",
        arguments: TestDatabase.kinds)
    func search(kind: TestDatabase.Kind) throws {
        let database = try TestDatabase(kind)
        let store = try database.open()
        for page in 0..<4 {
            let attempts = (1...3).map { Samples.attempt(1, of: UInt64(page * 3 + $0)) }
            let holds = attempts.map { Samples.hold($0, 10, rules: []) }
            _ = try store.apply(holds.map { .hold($0) })
            _ = try store.apply(holds.map { Samples.settlement(of: $0, cost: 1) })
        }
        var (found, place): ([AttemptID], LedgerPlace?) = ([], nil)
        repeat {
            let part = try store.stretch(before: place, limit: 5)
            found += part.lines.map(\.entry.attempt)
            place = part.next
        } while place != nil
        #expect(try store.entries(limit: 100).map(\.attempt) == found)
        #expect(found.count == 12)

        let none = try store.stretch(limit: 5, reading: 3) { _ in false }
        #expect(none.lines.isEmpty)
        let text = try #require(none.next).description
        let rest = try store.stretch(before: LedgerPlace(text), limit: 100)
        #expect(rest.lines.map(\.entry.attempt) == Array(found.suffix(rest.lines.count)))
        #expect(rest.lines.count < found.count && rest.next == nil)

        #expect(try store.stretch(since: Samples.start + .seconds(86_400), limit: 100).lines.isEmpty)
    }

    @Test(
        "a place in the ledger is read as it is written, and nothing else is",
        arguments: ["", "1", "1.", "0.1", "1.-1", "a.b", "1.2.3"])
    func places(text: String) {
        #expect(LedgerPlace(text) == nil)
        #expect(LedgerPlace("12.3")?.description == "12.3")
    }

    fileprivate static let record = AuditRecord(
        at: Samples.start, actor: "test", origin: "command", action: "test", subject: "app")
}

/// A folder for one test, removed with it.
final class TemporaryFolder {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("tuppence-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}
