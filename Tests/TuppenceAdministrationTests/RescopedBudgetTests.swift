import Testing
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway

@Suite("Budgets with another scope under the same name")
struct RescopedBudgetTests {
    private func loaded(_ budgets: String) throws -> LoadedConfiguration {
        let configuration = try Configuration.parse("budgets: [\(budgets)]", file: "tuppence.yaml", environment: [:])
        return LoadedConfiguration(configuration, path: "tuppence.yaml")
    }

    @Test("they are told of; others, of another limit or another name, are not")
    func told() throws {
        let former = try loaded(
            "{ name: a, scope: { user: ann }, limit: 1, per: day }, { name: b, scope: { user: each }, limit: 1, per: day }"
        )
        let fresh = try loaded(
            """
            { name: a, scope: { user: bob }, limit: 1, per: day }, { name: b, scope: { user: each }, limit: 2, per: day }, \
            { name: c, scope: { user: ann }, limit: 1, per: day }
            """)
        #expect(fresh.rescopedBudgets(since: former) == ["a"])
        #expect(former.rescopedBudgets(since: former).isEmpty)
        let each = try loaded("{ name: a, scope: { user: each }, limit: 1, per: day }")
        #expect(each.rescopedBudgets(since: former) == ["a"])
    }

    @Test("a budget is its name: what the former scope has spent counts, and is shown under the new one")
    func balance() throws {
        let own = try loaded("{ name: a, scope: { user: bob }, limit: 1, per: total }").ownBudgets
        let rule = try #require(own.first(where: { $0.name == "a" }))
        let former = BudgetSubject(key: "app", user: "ann", target: Target(provider: "p", model: "m"))
        let subject = BudgetSubject(key: "app", user: "bob", target: Target(provider: "p", model: "m"))
        let now = Timestamp(seconds: 1_795_000_000)
        let before = BudgetRule(name: "a", scope: [.user: .exactly("ann")], limit: rule.limit, period: .total)
        let account = try #require(before.claim(by: former, at: now)?.account)
        #expect(rule.claim(by: subject, at: now)?.account == account)
        let shown = SpendReport.budgets(of: [rule], in: [account: Balance(spent: Money(nanodollars: 7))], at: now)
        #expect(shown.map(\.spentNanodollars) == [7] && shown.map(\.scope) == ["user=bob"])
    }
}
