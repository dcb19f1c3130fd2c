import Testing

@testable import TuppenceCore

@Suite("Budget rules")
struct BudgetRuleTests {
    private let subject = BudgetSubject(key: "k", customer: "acme", user: "u", route: "fast", target: alpha)
    private func rule(_ scope: [BudgetDimension: BudgetRule.Match], _ period: BudgetPeriod = .day) -> BudgetRule {
        BudgetRule(name: "rule", scope: scope, limit: nano(10), period: period)
    }

    @Test(
        "a rule concerns the subjects that match every condition, and `each` names an account for each value",
        arguments: [
            ([:], "rule"), ([.key: .exactly("k")], "rule"), ([.key: .exactly("K")], nil), ([.key: .each], "rule/k"),
            ([.customer: .each], "rule/acme"), ([.user: .each, .customer: .each], "rule/acme/u"),
            ([.customer: .exactly("acme"), .user: .each], "rule/u"),
            ([.customer: .exactly("other"), .user: .each], nil),
            ([.route: .exactly("fast"), .provider: .exactly("alpha"), .model: .exactly("small")], "rule"),
            ([.provider: .each, .model: .each], "rule/alpha/small"), ([.model: .exactly("large")], nil),
            (
                [.key: .each, .customer: .each, .user: .each, .route: .each, .provider: .each, .model: .each],
                "rule/k/acme/u/fast/alpha/small"
            ),
        ] as [([BudgetDimension: BudgetRule.Match], String?)])
    func claims(scope: [BudgetDimension: BudgetRule.Match], account: String?) {
        #expect(rule(scope).claim(by: subject, at: at(0))?.account.name == account)
    }

    @Test(
        "a rule does not concern a subject without the value it asks for",
        arguments: [BudgetDimension.customer, .user, .route, .tag("team")])
    func missing(dimension: BudgetDimension) {
        let bare = BudgetSubject(key: "k", target: alpha)
        #expect(rule([dimension: .each]).claim(by: bare, at: at(0)) == nil)
        #expect(rule([dimension: .exactly("")]).claim(by: bare, at: at(0)) == nil)
        #expect(rule([:]).claim(by: bare, at: at(0)) != nil)
    }

    @Test(
        "values with slashes and percent signs name accounts of their own",
        arguments: [
            ("a/b", "c", "rule/a%2Fb/c"), ("a", "b/c", "rule/a/b%2Fc"), ("a%2Fb", "c", "rule/a%252Fb/c"),
            ("", "", "rule//"),
            ("100%", "é/\u{338}", "rule/100%25/é%2F\u{338}"),
        ])
    func escaping(customer: String, user: String, account: String) {
        let subject = BudgetSubject(key: "k", customer: customer, user: user, target: alpha)
        let name = rule([.customer: .each, .user: .each]).claim(by: subject, at: at(0))?.account.name
        #expect(name.map { Array($0.utf8) } == Array(account.utf8))
    }

    @Test("different values never share an account") func injective() {
        let pieces = ["", "a", "/", "%", "2F", "%2F", "%25", "a/", "/a", "a/b", "//"]
        var accounts: Set<String> = []
        for customer in pieces {
            for user in pieces {
                let subject = BudgetSubject(key: "k", customer: customer, user: user, target: alpha)
                accounts.insert(rule([.customer: .each, .user: .each]).claim(by: subject, at: at(0))!.account.name)
            }
        }
        #expect(accounts.count == pieces.count * pieces.count)
    }

    @Test("a claim is for the window that the time lies in") func window() {
        let claim = rule([:]).claim(by: subject, at: at(86_400 + 5))
        #expect(claim?.account.windowStart == at(86_400))
        #expect(claim?.resetsAt == at(2 * 86_400))
        #expect(claim?.limit == nano(10))
        #expect(rule([:], .total).claim(by: subject, at: at(5))?.resetsAt == nil)
    }

    @Test("the scope in words, in a fixed order") func text() {
        let scope = rule([.model: .each, .key: .exactly("analytics")])
        #expect(scope.scopeText == "key=analytics, model=*")
        #expect(scope.isPerValue)
        #expect(rule([:]).scopeText == "")
        #expect(!rule([.key: .exactly("k")]).isPerValue)
    }

    @Test(
        "families, patterns and tags choose as well as names do, and stand behind them in an account's name",
        arguments: [
            ([.family: .exactly("claude")], "rule"), ([.family: .exactly("gpt")], nil),
            ([.family: .each], "rule/claude"),
            ([.family: .matching(NamePattern("claude-*")!)], "rule"),
            ([.family: .matching(NamePattern("anthropic/*")!)], nil),
            ([.model: .matching(NamePattern("anthropic/Claude-*")!)], "rule"),
            ([.model: .matching(NamePattern("claude-*")!)], nil),
            ([.tag("team"): .exactly("search")], "rule"), ([.tag("team"): .exactly("Search")], nil),
            ([.tag("tea"): .each], nil), ([.tag("team"): .each], "rule/search"),
            (
                [.tag("team"): .each, .tag("env"): .each, .family: .each, .model: .each],
                "rule/anthropic%2FClaude-3-5-sonnet/claude/prod/search"
            ),
        ] as [([BudgetDimension: BudgetRule.Match], String?)])
    func families(scope: [BudgetDimension: BudgetRule.Match], account: String?) {
        let subject = BudgetSubject(
            key: "k", target: Target(provider: "router", model: "anthropic/Claude-3-5-sonnet"),
            tags: "env=prod,team=search")
        #expect(rule(scope).claim(by: subject, at: at(0))?.account.name == account)
    }

    @Test("patterns and tags in words") func patternText() {
        let pattern = BudgetRule.Match.matching(NamePattern("gpt-*")!)
        #expect(
            rule([.tag("b"): .each, .tag("a"): .exactly("x"), .family: pattern]).scopeText
                == "family=gpt-*, tag:a=x, tag:b=*")
    }
}

@Suite("Balances and denials")
struct BalanceTests {
    private func denial(limit: Int64, spent: Int64, held: Int64, needed: Int64, affordable: Int? = nil) -> BudgetDenial
    {
        let rule = BudgetRule(name: "daily", scope: [.key: .exactly("k")], limit: nano(limit), period: .day)
        let claim = rule.claim(by: BudgetSubject(key: "k", target: alpha), at: at(0))!
        return BudgetDenial(
            claim: claim, balance: Balance(spent: nano(spent), held: nano(held)), needed: nano(needed),
            affordableMaxTokens: affordable)
    }

    @Test(
        "what is available is never less than nothing",
        arguments: [(10, 0, 0, 10), (10, 4, 6, 0), (10, 4, 5, 1), (10, 11, 0, 0), (10, 0, 11, 0), (0, 0, 0, 0)]
            as [(Int64, Int64, Int64, Int64)])
    func available(limit: Int64, spent: Int64, held: Int64, left: Int64) {
        #expect(Balance(spent: nano(spent), held: nano(held)).available(under: nano(limit)) == nano(left))
    }

    @Test(
        "what only others hold is refused with 429 and a time to wait, what is spent with 402 and none",
        arguments: [
            (10, 0, 10, 10, true), (10, 1, 9, 10, false), (10, 1, 9, 9, true), (10, 10, 0, 1, false),
            (10, 9, 1, 1, true),
            (10, 12, 0, 1, false),
        ] as [(Int64, Int64, Int64, Int64, Bool)])
    func kind(limit: Int64, spent: Int64, held: Int64, needed: Int64, isOnlyHeld: Bool) {
        let denial = denial(limit: limit, spent: spent, held: held, needed: needed)
        #expect(denial.isOnlyHeld == isOnlyHeld)
        let refusal = Refusal.budget(denial)
        #expect(refusal.code == (isOnlyHeld ? .budgetHeld : .budgetExceeded))
        #expect(refusal.code.status == (isOnlyHeld ? 429 : 402))
        #expect(refusal.retryAfter == (isOnlyHeld ? .seconds(1) : nil))
        #expect(refusal.budget == denial)
    }

    @Test("a refusal says the figures that decided it, and what to do") func message() {
        let message = Refusal.budget(denial(limit: 10, spent: 4, held: 5, needed: 7, affordable: 3)).message
        for part in [
            "$0.000000007", "'daily'", "key=k", "$0.000000001 left of $0.00000001", "$0.000000004 spent",
            "$0.000000005 held", "max_tokens to 3",
        ] {
            #expect(message.contains(part), "\(message)")
        }
        #expect(
            Refusal.budget(denial(limit: 10, spent: 10, held: 0, needed: 7, affordable: 0)).message.contains(
                "Wait for the reset"))
        #expect(Refusal.budget(denial(limit: 10, spent: 10, held: 0, needed: 7)).message.contains("Send less"))
    }

    @Test(
        "to wait is advised where the limit has room for the least of the request after a reset",
        arguments: [
            (.day, 10, "tokens. Wait for the reset, or"),
            (.day, 11, "No window of this budget has room for it: send less, or"),
            (.total, 10, "This budget is never reset: send less, or"),
            (.total, 11, "The whole limit does not have room for it: send less, or"),
        ] as [(BudgetPeriod, Int64, String)])
    func waiting(period: BudgetPeriod, least: Int64, advice: String) {
        let rule = BudgetRule(name: "daily", scope: [.key: .exactly("k")], limit: nano(10), period: period)
        var denial = BudgetDenial(
            claim: rule.claim(by: BudgetSubject(key: "k", target: alpha), at: at(0))!,
            balance: Balance(spent: nano(1)), needed: nano(12), affordableMaxTokens: 0)
        (denial.least, denial.inputTokens) = (nano(least), 7)
        let message = Refusal.budget(denial).message
        #expect(message.contains(advice) && message.contains("input alone counts for up to 7 tokens"), "\(message)")
    }

    /// What a ledger says in which these lack room for 50.
    private func joined(_ all: [(period: BudgetPeriod, limit: Int64, spent: Int64, held: Int64)]) throws -> BudgetDenial
    {
        let denials = try all.enumerated().map { index, one in
            let rule = BudgetRule(name: "b\(index)", scope: [:], limit: nano(one.limit), period: one.period)
            let claim = try #require(rule.claim(by: BudgetSubject(key: "k", target: alpha), at: at(0)))
            return BudgetDenial(
                claim: claim, balance: Balance(spent: nano(one.spent), held: nano(one.held)), needed: nano(50))
        }
        return try #require(denials.dropFirst().reduce(denials.first) { $0?.joined(by: $1) })
    }

    /// Its input is held for at `input`, and a token of output at a nanodollar.
    private func told(_ denial: BudgetDenial, input: Int64 = 0) -> String {
        var denial = denial
        denial.weigh(limit: 50, floor: 0, inputTokens: 7) { tokens in
            let amount = nano(input + Int64(tokens))
            return (amount, amount)
        }
        return Refusal.budget(denial).message
    }

    @Test("the budget that a refusal names is the one that its advice is of")
    func advice() throws {
        let tight = try joined([(.day, 100, 70, 0), (.day, 100, 98, 0)])
        #expect(told(tight).contains("'b1'") && told(tight).contains("Lower max_tokens to 2, or raise"))
        let never = try joined([(.day, 100, 70, 0), (.total, 100, 100, 0)])
        #expect(told(never).contains("'b1'") && told(never).contains("This budget is never reset"))
        let later = try joined([(.day, 100, 70, 0), (.day, 100, 100, 0)])
        #expect(told(later).contains("'b1'") && told(later).contains("Wait for the reset"))
    }

    @Test(
        "to wait for a reset is not advised where another budget has no room for the least of it after that either",
        arguments: [(5, "Its reset does not help"), (6, "Wait for the reset")] as [(Int64, String)])
    func noHelp(left: Int64, advice: String) throws {
        let message = told(try joined([(.day, 100, 100, 0), (.total, left, 0, 0)]), input: 5)
        #expect(message.contains("'b0'") && message.contains(advice), "\(message)")
    }

    @Test("where requests in flight leave less of another budget, that is said with what they leave")
    func narrowed() throws {
        let some = try joined([(.day, 100, 70, 0), (.day, 100, 0, 98)])
        #expect(told(some).contains("'b0'"))
        let advice = "Lower max_tokens to 2, which is what requests in flight leave of another budget, or"
        #expect(told(some).contains(advice), "\(told(some))")
        let none = try joined([(.day, 100, 0, 100), (.day, 100, 70, 0)])
        #expect(told(none).contains("'b1'"))
        #expect(told(none).contains("Send less when the requests in flight have settled"), "\(told(none))")
    }

    @Test("a framing error has the status of its own") func framing() {
        #expect(Refusal.Code.framing(status: 431).status == 431)
        #expect(Refusal.Code.framing(status: 431).description == "invalid_http")
    }
}
