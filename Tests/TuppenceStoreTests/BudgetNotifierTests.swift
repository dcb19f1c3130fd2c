import Logging
import Synchronization
import Testing
import TuppenceCore
import TuppenceEngine
import TuppenceTesting

@Suite("What is made known of budgets")
struct BudgetNotifierTests {
    private final class Sink: NoticeSink {
        let notices = Mutex<[Notice]>([])
        func post(_ notice: Notice) { notices.withLock { $0.append(notice) } }
        var kinds: [Notice.Kind] { notices.withLock { $0.map(\.kind) } }
    }

    private let sink = Sink()

    private func rule(_ limit: Int64, period: BudgetPeriod = .day) -> BudgetRule {
        BudgetRule(
            name: "daily", scope: [.key: .exactly("app")], limit: Money(nanodollars: limit), period: period,
            thresholds: [SoftThreshold(at: Money(nanodollars: 500)), SoftThreshold(at: Money(nanodollars: 800))])
    }

    @Test("each threshold is told of once by the one writer, whoever settles and however often it is tried")
    func thresholds() {
        let store = InMemoryLedgerStore()
        let writer = LedgerWriter(
            store: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            notifier: BudgetNotifier(sink),
            now: { Samples.start })
        writer.start()
        for number in 1...100 {
            let hold = Samples.hold(Samples.attempt(number), 10, rules: [rule(1_000)])
            writer.submit(.hold(hold))
            writer.submit(Samples.settlement(of: hold, cost: 9))
            writer.submit(Samples.settlement(of: hold, cost: 9))
        }
        writer.stop()
        #expect(sink.kinds == [.budgetThreshold, .budgetThreshold])
        let after = LedgerWriter(
            store: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            notifier: BudgetNotifier(sink),
            now: { Samples.start })
        after.start()
        let hold = Samples.hold(Samples.attempt(101), 10, rules: [rule(1_000)])
        after.submit(.hold(hold))
        after.submit(Samples.settlement(of: hold, cost: 9))
        after.stop()
        #expect(sink.kinds.count == 2, "told again after a restart")
    }

    @Test("a threshold that was passed in a commit whose answer was lost is told of once")
    func lostAnswer() async throws {
        let store = ForgetfulStore()
        let writer = LedgerWriter(
            store: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            notifier: BudgetNotifier(sink),
            now: { Samples.start })
        writer.start()
        let hold = Samples.hold(Samples.attempt(1), 600, rules: [rule(1_000)])
        let inbox = ReplyBox()
        writer.submit(.hold(hold), to: inbox, token: 1)
        #expect(try await eventually { inbox.tokens == [1] && store.isRemembering })
        store.loseNext()
        writer.submit(Samples.settlement(of: hold, cost: 600), to: inbox, token: 2)
        #expect(try await eventually { inbox.tokens == [1, 2] })
        writer.stop()
        #expect(store.isRemembering)
        #expect(sink.kinds == [.budgetThreshold])
    }

    @Test("a window that refuses is told of once, the next one again") func exhausted() throws {
        let notifier = BudgetNotifier(sink)
        for day in 0..<2 {
            let time = Samples.start + .seconds(Int64(day) * 86_400)
            let claim = try #require(
                rule(10).claim(by: BudgetSubject(key: "app", target: Samples.target), at: time))
            let denial = BudgetDenial(
                claim: claim, balance: Balance(spent: Money(nanodollars: 10)), needed: Money(nanodollars: 1))
            for _ in 0..<3 { notifier.refused(denial, at: time) }
            #expect(sink.kinds == Array(repeating: .budgetExhausted, count: day + 1))
        }
    }

    @Test("accounts that callers make up silence nobody but their own budget, which is told of as a whole, once")
    func manyAccounts() throws {
        let notifier = BudgetNotifier(sink)
        func refuse(_ rule: BudgetRule, user: String, days: Int64 = 0) throws {
            let time = Samples.start + .seconds(days * 86_400)
            let subject = BudgetSubject(key: "app", user: user, target: Samples.target)
            let claim = try #require(rule.claim(by: subject, at: time))
            notifier.refused(BudgetDenial(claim: claim, balance: Balance(), needed: Money(nanodollars: 20)), at: time)
        }
        let users = BudgetRule(
            name: "users", scope: [.user: .each], limit: Money(nanodollars: 10), period: .day)
        for number in 0..<1_000 { try refuse(users, user: "u\(number)") }
        #expect(sink.kinds.count == 257)
        let last = try #require(sink.notices.withLock { $0.last })
        #expect(last.message.hasPrefix("More than 256 accounts of budget 'users'"))
        #expect(last.details.contains { $0.name == "accounts" && $0.value == .count(256) })
        try refuse(rule(10), user: "u")
        #expect(sink.kinds.count == 258, "another budget's first refusal is news still")
        try refuse(users, user: "u1")
        #expect(sink.kinds.count == 258)
        try refuse(users, user: "u1", days: 1)
        #expect(sink.kinds.count == 259, "so it is in the next window")
    }
}
