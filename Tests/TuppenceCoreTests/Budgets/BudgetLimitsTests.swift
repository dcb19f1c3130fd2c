import Testing

@testable import TuppenceCore

@Suite("Limits that are changed while requests run")
struct BudgetLimitsTests {
    private static let rule = BudgetRule(
        name: "team", scope: [.key: .exactly("k")], limit: nano(100), period: .day,
        thresholds: [SoftThreshold(at: nano(50)), SoftThreshold(at: nano(90))])

    private func claim(edition: Int64) -> BudgetClaim {
        Self.rule.of(edition: edition).claim(by: BudgetSubject(key: "k", target: alpha), at: at(0))!
    }

    @Test(
        "what was asked for before a change is bound by the smaller of both limits, what is asked for since by its own",
        arguments: [
            (asked: 3, now: 3, stored: 40, binds: 100), (asked: 2, now: 3, stored: 40, binds: 40),
            (asked: 2, now: 3, stored: 99, binds: 99), (asked: 2, now: 3, stored: 100, binds: 100),
            (asked: 2, now: 3, stored: 101, binds: 100), (asked: 2, now: 3, stored: 0, binds: 0),
            (asked: 0, now: 3, stored: 40, binds: 100),
        ] as [(asked: Int64, now: Int64, stored: Int64, binds: Int64)])
    func smaller(asked: Int64, now: Int64, stored: Int64, binds: Int64) {
        let limits = BudgetLimits(edition: now, ["team": nano(stored)])
        let bound = limits.binding(claim(edition: asked))
        #expect(bound.limit == nano(binds))
        #expect(bound.account == claim(edition: asked).account)
        #expect(bound.rule.thresholds.map(\.at) == [nano(50), nano(90)].filter { $0 <= nano(binds) })
    }

    @Test("a budget that was removed meanwhile binds what was asked for before as it did")
    func removed() {
        #expect(BudgetLimits(edition: 3, ["other": nano(1)]).binding(claim(edition: 2)).limit == nano(100))
    }
}
