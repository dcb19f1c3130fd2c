import Testing

@testable import TuppenceCore

@Suite("Budgets and caps")
struct ExchangeBudgetTests {
    @Test("a denied target is passed over; when all are denied the answer is 402 with what is affordable") func denied()
        throws
    {
        var run = Run([candidate(alpha), candidate(beta)], budgets: [everybody])
        run.on(.begin)
        run.on(.denied(denial(spent: 888)))
        #expect(run.words == ["hold alpha", "hold beta"])
        #expect(run.holds.map(\.attempt.number) == [1, 1])
        run.on(.denied(denial(spent: 888)))
        #expect(run.words.last == "refuse budget_exceeded")
        #expect(run.exchange.attempts == 0)
        run.expectNothingLeaks(granted: 0)
        // 112 are left: 100 for the input, 12 for six tokens.
        #expect(run.refusal?.budget?.affordableMaxTokens == 6)
    }

    @Test(
        "the affordable limit fits what remains, and one more token does not",
        arguments: [0, 99, 100, 101, 102, 103, 104, 149, 197, 198, 199] as [Int64])
    func affordable(left: Int64) throws {
        var run = Run(
            demand: Demand(inputBound: 100, inputEstimate: 1, outputLimit: 25, answers: 2), budgets: [everybody])
        run.on(.begin)
        run.on(.denied(denial(spent: 1_000 - left)))
        let tokens = try #require(run.refusal?.budget?.affordableMaxTokens)
        func bound(_ tokens: Int) -> Money { plainRates.bound(inputTokens: 100, outputTokens: 2 * tokens) }
        #expect((0..<25).contains(tokens))
        #expect(tokens == 0 || bound(tokens) <= nano(left))
        #expect(nano(left) < bound(tokens + 1))
    }

    @Test(
        "who has no room for the input hears how much that is, and to wait where a later window has room for a token",
        arguments: [(101, "No window of this budget has room for it"), (102, "Wait for the reset")] as [(Int64, String)]
    )
    func least(limit: Int64, advice: String) throws {
        let rule = BudgetRule(name: "all", scope: [:], limit: nano(limit), period: .day)
        let claim = try #require(rule.claim(by: BudgetSubject(key: "k", target: alpha), at: at(0)))
        var run = Run(demand: Demand(inputBound: 100, inputEstimate: 1, outputLimit: 25), budgets: [rule])
        run.on(.begin)
        run.on(.denied(BudgetDenial(claim: claim, balance: Balance(spent: nano(limit - 50)), needed: nano(150))))
        let refusal = try #require(run.refusal)
        #expect(refusal.code == .budgetExceeded && refusal.budget?.affordableMaxTokens == 0)
        #expect(refusal.message.contains(advice) && refusal.message.contains("100 tokens"), "\(refusal.message)")
    }

    @Test("a limit beyond all bounds is halved without overflow") func enormousLimit() throws {
        var run = Run(demand: Demand(inputBound: 0, inputEstimate: 0, outputLimit: .max), budgets: [everybody])
        run.on(.begin)
        run.on(.denied(denial(spent: 0, needed: .max)))
        #expect(run.refusal?.budget?.affordableMaxTokens == 500)
    }

    @Test("a request without output has nothing to lower") func noOutput() {
        var run = Run(demand: Demand(inputBound: 10, inputEstimate: 5, producesOutput: false), budgets: [everybody])
        run.on(.begin)
        run.on(.denied(denial(spent: 1_000)))
        #expect(run.refusal?.budget?.affordableMaxTokens == nil)
        #expect(run.refusal?.code == .budgetExceeded)
    }

    @Test(
        "where one target need only be waited for, that is told and not that the money of another is spent",
        arguments: [
            (0, 0, "budget_held"), (0, 1_000, "budget_held"), (1_000, 0, "budget_held"),
            (1_000, 1_000, "budget_exceeded"),
        ] as [(Int64, Int64, String)])
    func order(first: Int64, second: Int64, code: String) {
        var run = Run([candidate(alpha), candidate(beta)], budgets: [everybody])
        run.on(.begin)
        run.on(.denied(denial(spent: first, held: 1_000 - first)))
        run.on(.denied(denial(spent: second, held: 1_000 - second)))
        #expect(run.words.last == "refuse \(code)")
        #expect((run.refusal?.retryAfter != nil) == (code == "budget_held"))
    }

    @Test(
        "of several targets that one's refusal is told which the request has to be lowered for the least",
        arguments: [false, true])
    func nearest(isFirst: Bool) {
        let candidates = [candidate(alpha, rates: Self.dear), candidate(beta)]
        var run = Run(isFirst ? candidates.reversed() : candidates, budgets: [everybody])
        run.on(.begin)
        for _ in candidates { run.on(.denied(denial(spent: 888))) }
        #expect(run.refusal?.budget?.affordableMaxTokens == 6)
        #expect(run.refusal?.message.contains("Lower max_tokens to 6") == true)
    }

    @Test("where none can be, a budget whose reset makes room goes before one without", arguments: [false, true])
    func reset(isFirst: Bool) throws {
        let rule = BudgetRule(name: "each day", scope: [:], limit: nano(1_000), period: .day)
        let claim = try #require(rule.claim(by: BudgetSubject(key: "k", target: beta), at: at(0)))
        let denials = [
            denial(spent: 1_000),
            BudgetDenial(claim: claim, balance: Balance(spent: nano(1_000)), needed: nano(208)),
        ]
        var run = Run([candidate(alpha), candidate(beta)], budgets: [everybody])
        run.on(.begin)
        let told: [BudgetDenial] = isFirst ? denials.reversed() : denials
        for each in told { run.on(.denied(each)) }
        #expect(run.refusal?.budget?.claim.rule.name == "each day")
        #expect(run.refusal?.message.contains("Wait for the reset") == true)
    }

    @Test("of several targets beyond the cap the cheapest is told of", arguments: [false, true])
    func cheapestBeyondCap(isFirst: Bool) {
        let candidates = [candidate(alpha, rates: Self.dear), candidate(beta)]
        var run = Run(isFirst ? candidates.reversed() : candidates, maxCost: nano(199))
        run.on(.begin)
        #expect(run.words == ["refuse max_cost_exceeded"])
        #expect(run.refusal?.figures?.needed == nano(200))
        #expect(run.refusal?.message.contains("\(beta)") == true)
    }

    @Test("the second target answers where the budget refuses the first") func next() {
        var run = Run([candidate(alpha), candidate(beta)], budgets: [everybody])
        run.on(.begin)
        run.on(.denied(denial(spent: 1_000)))
        run.on(.held(remaining: nano(1)))
        run.on(.usage(Usage(input: 1), reportedCost: nil))
        run.on(.ended)
        run.on(.settled(remaining: nil))
        #expect(run.words == ["hold alpha", "hold beta", "send beta", "settle completed", "finish"])
        #expect(run.exchange.remaining == nano(1))
        run.expectNothingLeaks(granted: 1)
    }

    @Test("what the first provider said explains more than what a budget said to the second") func failureBeforeDenial()
    {
        var run = Run([candidate(alpha), candidate(beta)], budgets: [everybody])
        run.send()
        run.on(.failed(UpstreamFailure(.status, status: 503, detail: "")))
        run.on(.denied(denial(spent: 1_000)))
        #expect(run.words == ["hold alpha", "send alpha", "tell failed", "hold beta", "forward error"])
        run.expectNothingLeaks(granted: 1)
    }

    private static let dear = RateCard(version: "v2", standard: .init(input: nanoRate(100), output: nanoRate(100)))

    @Test("the caller's own cap is kept to the nanodollar", arguments: [(200, true), (199, false)] as [(Int64, Bool)])
    func cap(cap: Int64, isSent: Bool) {
        var run = Run(maxCost: nano(cap))
        run.on(.begin)
        #expect(run.words == [isSent ? "hold alpha" : "refuse max_cost_exceeded"])
        #expect(run.exchange.isDone != isSent)
    }

    @Test("a target above the cap is passed over") func capSkips() {
        var run = Run([candidate(alpha, rates: Self.dear), candidate(beta)], maxCost: nano(200))
        run.on(.begin)
        #expect(run.words == ["hold beta"])
        var other = Run([candidate(alpha), candidate(beta, rates: Self.dear)], maxCost: nano(200))
        other.send()
        other.on(.failed(UpstreamFailure(.status, status: 503, detail: "")))
        other.on(.settled(remaining: nil))
        #expect(other.words == ["hold alpha", "send alpha", "settle failed", "forward error"])
        other.expectNothingLeaks(granted: 1)
    }

    @Test("a cap of nothing, and a budget of which nothing is left, let through what is free") func free() throws {
        let free = candidate(beta, rates: RateCard(version: "v", standard: .init(input: .free)))
        var run = Run([candidate(alpha), free], budgets: [everybody], maxCost: .zero)
        run.on(.begin)
        #expect(run.words == ["hold beta"])
        #expect(run.holds.map(\.amount) == [.zero])
        var ledger = TinyLedger()
        let hold = try #require(run.holds.last)
        let account = try #require(hold.accounts.first)
        ledger.balances[account] = Balance(spent: nano(1_000))
        #expect(try ledger.perform(.hold(hold)) == .held(remaining: .zero))
    }

    @Test(
        "what earlier attempts cost counts against the cap", arguments: [(240, true), (239, false)] as [(Int64, Bool)])
    func capOfAll(cap: Int64, isTried: Bool) {
        var run = Run([candidate(alpha), candidate(beta)], maxCost: nano(cap))
        run.send()
        // A timeout costs the estimated input: 40.
        run.on(.failed(UpstreamFailure(.timeout, detail: "")))
        if !isTried { run.on(.settled(remaining: nil)) }
        #expect(run.words.last == (isTried ? "hold beta" : "refuse upstream_timeout"))
    }

    @Test("targets all above the cap are refused with the cap; a denied one before them with its budget")
    func capAfterDenial() throws {
        var all = Run([candidate(alpha, rates: Self.dear), candidate(beta, rates: Self.dear)], maxCost: nano(200))
        all.on(.begin)
        #expect(all.words == ["refuse max_cost_exceeded"])
        let figures = try #require(all.refusal?.figures)
        #expect((figures.name, figures.scope) == ("x-tuppence-max-cost", "request"))
        #expect((figures.limit, figures.spent, figures.remaining) == (nano(200), .zero, nano(200)))
        #expect(figures.needed > nano(200) && figures.affordableMaxTokens != nil)
        var run = Run([candidate(alpha), candidate(beta, rates: Self.dear)], maxCost: nano(200))
        run.on(.begin)
        run.on(.denied(denial(spent: 1_000)))
        #expect(run.words == ["hold alpha", "refuse budget_exceeded"])
    }

    // MARK: Targets that have asked to be left alone

    /// Knows that `target` has asked for a minute's pause.
    private func board(cooling target: Target) -> HealthBoard {
        let board = HealthBoard()
        var wait = UpstreamFailure(.status, status: 429, detail: "")
        wait.retryAfter = .seconds(60)
        board.failed(target, wait, at: at(1_000))
        return board
    }

    @Test(
        "where no target is within the cap, it does not matter which has asked to be left alone",
        arguments: [alpha, beta])
    func capAndCooling(cooling: Target) {
        var run = Run(
            [candidate(alpha, rates: Self.dear), candidate(beta, rates: Self.dear)], maxCost: nano(200),
            health: board(cooling: cooling))
        run.on(.begin)
        #expect(run.words == ["refuse max_cost_exceeded"])
        #expect(run.refusal?.figures != nil && run.refusal?.retryAfter == nil)
    }

    @Test(
        "where the one within the cap has asked to be left alone, that is not said of the dear one",
        arguments: [true, false])
    func capBesideCooling(dearFirst: Bool) {
        let candidates = [candidate(alpha, rates: Self.dear), candidate(beta)]
        var run = Run(
            dearFirst ? candidates : candidates.reversed(), maxCost: nano(200), health: board(cooling: beta))
        run.on(.begin)
        #expect(run.refusal?.code == .rateLimited && run.refusal?.retryAfter == .seconds(60))
        #expect(
            run.refusal?.message
                == "Every target of 'fast' within x-tuppence-max-cost has asked to be left alone for a while. Try again after retry-after, raise the cap, or add a fallback to the route."
        )
    }

    @Test("an explanation says of such targets what the request is told", arguments: [true, false])
    func explained(areAllDear: Bool) {
        let candidates = [
            candidate(alpha, rates: Self.dear), candidate(beta, rates: areAllDear ? Self.dear : plainRates),
        ]
        let demand = Demand(inputBound: 100, inputEstimate: 40, outputLimit: 50)
        let health = board(cooling: beta)
        var run = Run(candidates, demand: demand, maxCost: nano(200), health: health)
        run.on(.begin)
        let route = Route(name: "fast", choices: candidates.map { .init(candidate: $0) })
        let conditions = RouteConditions(now: at(1_000), health: health)
        var random = RandomSource(seed: 1)
        let decision = route.decide(for: demand, by: conditions, using: &random)
        let request = Exchange.Request(
            id: someRequest, key: "k", route: route, endpoint: "chat/completions", demand: demand,
            candidates: decision.candidates, maxCost: nano(200))
        let told = RouteExplanation(
            decision, of: route, for: request, roughly: demand, by: conditions, defaults: Policy.Defaults(),
            budgets: BudgetBook(), balances: [:])
        guard case .refused(let refusal) = told.outcome else { Issue.record("it would be sent"); return }
        #expect(refusal == run.refusal)
    }

    @Test("what a budget has refused goes before what can be waited for", arguments: [true, false])
    func denialBesideCooling(coolingFirst: Bool) {
        let candidates = [candidate(alpha), candidate(beta)]
        var run = Run(coolingFirst ? candidates.reversed() : candidates, health: board(cooling: beta))
        run.on(.begin)
        run.on(.denied(denial(spent: 1_000)))
        #expect(run.words == ["hold alpha", "refuse budget_exceeded"])
        #expect(run.refusal?.code.status == 402)
    }
}
