import Foundation
import Testing
import TuppenceCore
import TuppenceSQLite
import TuppenceStore
import TuppenceTesting

@Suite("Budgets in the store")
struct StoredBudgetTests {
    private let folder: TemporaryFolder
    /// The gateway's, whose ledger places holds.
    private let ledger: SQLiteStore
    /// Another process's, or the console's.
    private let desk: SQLiteStore

    init() throws {
        folder = try TemporaryFolder()
        ledger = try SQLiteStore(path: folder.path("a.db"))
        desk = try SQLiteStore(path: folder.path("a.db"))
    }

    private static func budget(_ limit: Int64, version: Int64 = 0, _ name: String = "daily") -> StoredBudget {
        StoredBudget(
            name: name, definition: "{}", limit: Money(nanodollars: limit), version: version, createdAt: Samples.start,
            changedAt: Samples.start, changedBy: "ada")
    }
    private static func record(_ action: String) -> AuditRecord {
        AuditRecord(at: Samples.start, actor: "ada", origin: "console", action: action, subject: "daily")
    }
    private func made(_ limit: Int64) throws -> Int64 {
        let change = try desk.insert(Self.budget(limit), Self.record("budget.create"))
        guard case .made(let version) = change else { throw StoreError("\(change)") }
        return version
    }
    /// What a request asks for that was read when budgets were of `edition`.
    private func hold(_ number: Int, _ amount: Int64, limit: Int64, edition: Int64) -> LedgerOperation {
        let rule = Samples.rule(limit: Money(nanodollars: limit)).of(edition: edition)
        return .hold(Samples.hold(Samples.attempt(number), amount, rules: [rule]))
    }
    private func grants(_ number: Int, _ amount: Int64, limit: Int64, edition: Int64) throws -> Bool {
        if case .held = try ledger.apply([hold(number, amount, limit: limit, edition: edition)]).first { return true }
        return false
    }

    @Test(
        "a limit lowered by another connection binds the very next hold, whatever it had asked for",
        arguments: [60, 61])
    func lowered(amount: Int64) throws {
        let first = try made(1_000)
        #expect(try grants(1, 40, limit: 1_000, edition: first))
        #expect(try desk.replace(Self.budget(100, version: first), Self.record("budget.change")) == .made(version: 2))
        // It was asked for under 1,000, and is placed when 100 is what there is.
        #expect(try grants(2, amount, limit: 1_000, edition: first) == (amount <= 60))
    }

    @Test("a raised limit admits those who ask from then on, and those alone")
    func raised() throws {
        let first = try made(100)
        #expect(try grants(1, 100, limit: 100, edition: first))
        #expect(try desk.replace(Self.budget(200, version: first), Self.record("budget.change")) == .made(version: 2))
        #expect(try !grants(2, 1, limit: 100, edition: first))
        #expect(try grants(3, 100, limit: 200, edition: 2))
        #expect(try !grants(4, 1, limit: 200, edition: 2))
    }

    @Test("the connection of the ledger itself knows what it has changed")
    func own() throws {
        let first = try made(1_000)
        #expect(try grants(1, 40, limit: 1_000, edition: first))
        #expect(try ledger.replace(Self.budget(50, version: first), Self.record("budget.change")) == .made(version: 2))
        #expect(try !grants(2, 11, limit: 1_000, edition: first))
        #expect(try grants(3, 10, limit: 1_000, edition: first))
    }

    @Test("a budget that is removed lets its holds end as they would have, and one of its name counts on")
    func removed() throws {
        let first = try made(100)
        #expect(try grants(1, 60, limit: 100, edition: first))
        #expect(try desk.removeBudget("daily", version: first, Self.record("budget.remove")) == .made(version: 2))
        let rule = Samples.rule(limit: Money(nanodollars: 100)).of(edition: first)
        let held = Samples.hold(Samples.attempt(1), 60, rules: [rule])
        guard case .settled(_, late: false, _) = try ledger.apply([Samples.settlement(of: held, cost: 30)]).first else {
            Issue.record("it was not settled")
            return
        }
        #expect(try made(100) == 3, "no version comes again")
        #expect(try !grants(2, 71, limit: 100, edition: 3))
        #expect(try grants(3, 70, limit: 100, edition: 3))
    }

    @Test("who has not seen the last change changes nothing, and nothing is written down or counted")
    func stale() throws {
        let first = try made(100)
        #expect(try desk.replace(Self.budget(200, version: first), Self.record("budget.change")) == .made(version: 2))
        let before = (try desk.budgets(), try desk.auditRecords(limit: 10, before: nil).count)
        #expect(try desk.replace(Self.budget(300, version: first), Self.record("budget.change")) == .stale)
        #expect(try desk.removeBudget("daily", version: first, Self.record("budget.remove")) == .stale)
        #expect(try desk.replace(Self.budget(300, version: 2, "weekly"), Self.record("budget.change")) == .missing)
        #expect(try desk.removeBudget("weekly", version: 2, Self.record("budget.remove")) == .missing)
        #expect(try desk.insert(Self.budget(300), Self.record("budget.create")) == .taken)
        #expect(try desk.budgets() == before.0)
        #expect(try desk.auditRecords(limit: 10, before: nil).count == before.1)
        #expect(try desk.budgets().edition == 2)
    }

    @Test("each change is written down with it")
    func audited() throws {
        let first = try made(100)
        _ = try desk.replace(Self.budget(200, version: first), Self.record("budget.change"))
        _ = try desk.removeBudget("daily", version: 2, Self.record("budget.remove"))
        #expect(
            try desk.auditRecords(limit: 10, before: nil).map(\.record.action) == [
                "budget.remove", "budget.change", "budget.create",
            ])
        #expect(try desk.budgets() == StoredBudgets(edition: 3))
    }

    @Test(
        "what is placed while limits change never passes the limit that is there",
        arguments: 1...4 as ClosedRange<UInt64>)
    func race(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var version = try made(1_000)
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
                    case .made(let next) = try desk.replace(
                        Self.budget(limit, version: version), Self.record("budget.change"))
                else { throw StoreError("a change was not made") }
                version = next
            }
            let isGranted = try grants(
                number, .random(in: 1...60, using: &random), limit: known.limit, edition: known.edition)
            let balance = try ledger.balances()[account] ?? Balance()
            if isGranted { #expect(balance.spent + balance.held <= Money(nanodollars: limit)) }
        }
    }
}
