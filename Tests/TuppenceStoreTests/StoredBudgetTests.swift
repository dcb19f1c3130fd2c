import Foundation
import Testing
import TuppenceCore
import TuppenceStore
import TuppenceTesting

/// A database that two have open.
private struct Place {
    private let database: TestDatabase
    /// The gateway's, whose ledger places holds.
    let ledger: any Store
    /// Another process's, or the console's.
    let desk: any Store

    init(_ kind: TestDatabase.Kind) throws {
        database = try TestDatabase(kind)
        ledger = try database.open()
        desk = try database.open()
    }

    static func budget(_ limit: Int64, version: Int64 = 0, _ name: String = "daily") -> StoredBudget {
        StoredBudget(
            name: name, definition: "{}", limit: Money(nanodollars: limit), version: version, createdAt: Samples.start,
            changedAt: Samples.start, changedBy: "ada")
    }
    static func record(_ action: String) -> AuditRecord {
        AuditRecord(at: Samples.start, actor: "ada", origin: "console", action: action, subject: "daily")
    }
    func made(_ limit: Int64) throws -> Int64 {
        let change = try desk.insert(Self.budget(limit), Self.record("budget.create"))
        guard case .made(let version) = change else { throw StoreError("\(change)") }
        return version
    }
    /// What a request asks for that was read when budgets were of `edition`.
    private func hold(_ number: Int, _ amount: Int64, limit: Int64, edition: Int64) -> LedgerOperation {
        let rule = Samples.rule(limit: Money(nanodollars: limit)).of(edition: edition)
        return .hold(Samples.hold(Samples.attempt(number), amount, rules: [rule]))
    }
    func grants(_ number: Int, _ amount: Int64, limit: Int64, edition: Int64) throws -> Bool {
        if case .held = try ledger.apply([hold(number, amount, limit: limit, edition: edition)]).first { return true }
        return false
    }
}

@Suite("Budgets in the store")
struct StoredBudgetTests {
    @Test(
        "a limit lowered by another connection binds the very next hold, whatever it had asked for",
        arguments: TestDatabase.kinds, [60, 61])
    func lowered(kind: TestDatabase.Kind, amount: Int64) throws {
        let place = try Place(kind)
        let first = try place.made(1_000)
        #expect(try place.grants(1, 40, limit: 1_000, edition: first))
        #expect(
            try place.desk.replace(Place.budget(100, version: first), Place.record("budget.change"))
                == .made(version: 2))
        // It was asked for under 1,000, and is placed when 100 is what there is.
        #expect(try place.grants(2, amount, limit: 1_000, edition: first) == (amount <= 60))
    }

    @Test("a raised limit admits those who ask from then on, and those alone", arguments: TestDatabase.kinds)
    func raised(kind: TestDatabase.Kind) throws {
        let place = try Place(kind)
        let first = try place.made(100)
        #expect(try place.grants(1, 100, limit: 100, edition: first))
        #expect(
            try place.desk.replace(Place.budget(200, version: first), Place.record("budget.change"))
                == .made(version: 2))
        #expect(try !place.grants(2, 1, limit: 100, edition: first))
        #expect(try place.grants(3, 100, limit: 200, edition: 2))
        #expect(try !place.grants(4, 1, limit: 200, edition: 2))
    }

    @Test("the connection of the ledger itself knows what it has changed", arguments: TestDatabase.kinds)
    func own(kind: TestDatabase.Kind) throws {
        let place = try Place(kind)
        let first = try place.made(1_000)
        #expect(try place.grants(1, 40, limit: 1_000, edition: first))
        #expect(
            try place.ledger.replace(Place.budget(50, version: first), Place.record("budget.change"))
                == .made(version: 2))
        #expect(try !place.grants(2, 11, limit: 1_000, edition: first))
        #expect(try place.grants(3, 10, limit: 1_000, edition: first))
    }

    @Test(
        "a budget that is removed lets its holds end as they would have, and one of its name counts on",
        arguments: TestDatabase.kinds)
    func removed(kind: TestDatabase.Kind) throws {
        let place = try Place(kind)
        let first = try place.made(100)
        #expect(try place.grants(1, 60, limit: 100, edition: first))
        #expect(
            try place.desk.removeBudget("daily", version: first, Place.record("budget.remove")) == .made(version: 2))
        let rule = Samples.rule(limit: Money(nanodollars: 100)).of(edition: first)
        let held = Samples.hold(Samples.attempt(1), 60, rules: [rule])
        guard case .settled(_, late: false, _) = try place.ledger.apply([Samples.settlement(of: held, cost: 30)]).first
        else {
            Issue.record("it was not settled")
            return
        }
        #expect(try place.made(100) == 3, "no version comes again")
        #expect(try !place.grants(2, 71, limit: 100, edition: 3))
        #expect(try place.grants(3, 70, limit: 100, edition: 3))
    }

    @Test(
        "who has not seen the last change changes nothing, and nothing is written down or counted",
        arguments: TestDatabase.kinds)
    func stale(kind: TestDatabase.Kind) throws {
        let place = try Place(kind)
        let first = try place.made(100)
        #expect(
            try place.desk.replace(Place.budget(200, version: first), Place.record("budget.change"))
                == .made(version: 2))
        let before = (try place.desk.budgets(), try place.desk.auditRecords(limit: 10, before: nil).count)
        #expect(try place.desk.replace(Place.budget(300, version: first), Place.record("budget.change")) == .stale)
        #expect(try place.desk.removeBudget("daily", version: first, Place.record("budget.remove")) == .stale)
        #expect(
            try place.desk.replace(Place.budget(300, version: 2, "weekly"), Place.record("budget.change")) == .missing)
        #expect(try place.desk.removeBudget("weekly", version: 2, Place.record("budget.remove")) == .missing)
        #expect(try place.desk.insert(Place.budget(300), Place.record("budget.create")) == .taken)
        #expect(try place.desk.budgets() == before.0)
        #expect(try place.desk.auditRecords(limit: 10, before: nil).count == before.1)
        #expect(try place.desk.budgets().edition == 2)
    }

    @Test("each change is written down with it", arguments: TestDatabase.kinds)
    func audited(kind: TestDatabase.Kind) throws {
        let place = try Place(kind)
        let first = try place.made(100)
        _ = try place.desk.replace(Place.budget(200, version: first), Place.record("budget.change"))
        _ = try place.desk.removeBudget("daily", version: 2, Place.record("budget.remove"))
        #expect(
            try place.desk.auditRecords(limit: 10, before: nil).map(\.record.action) == [
                "budget.remove", "budget.change", "budget.create",
            ])
        #expect(try place.desk.budgets() == StoredBudgets(edition: 3))
    }

    @Test(
        "what is placed while limits change never passes the limit that is there",
        arguments: TestDatabase.kinds, 1...4 as ClosedRange<UInt64>)
    func race(kind: TestDatabase.Kind, seed: UInt64) async throws {
        let place = try Place(kind)
        var random = SeededGenerator(seed: seed)
        var version = try place.made(1_000)
        let account = Samples.rule(limit: .zero).claim(
            by: BudgetSubject(key: "app", target: Samples.target), at: Samples.start)!.account
        var known = (limit: Int64(1_000), edition: version)
        var limit: Int64 = 1_000
        for number in 1...200 {
            // The gateway hears of a change some time after it has been made.
            if Int.random(in: 0..<4, using: &random) == 0 { known = (limit, version) }
            if Int.random(in: 0..<3, using: &random) == 0 {
                limit = .random(in: 0...4_000, using: &random)
                guard
                    case .made(let next) = try place.desk.replace(
                        Place.budget(limit, version: version), Place.record("budget.change"))
                else { throw StoreError("a change was not made") }
                version = next
            }
            let isGranted = try place.grants(
                number, .random(in: 1...60, using: &random), limit: known.limit, edition: known.edition)
            let balance = try place.ledger.balances()[account] ?? Balance()
            if isGranted { #expect(balance.spent + balance.held <= Money(nanodollars: limit)) }
        }
    }
}
