import Testing

@testable import TuppenceCore

@Suite("The meter alone")
struct MeterTests {
    private let policy: Policy
    private let id = RequestID(high: UInt64(at(1_000).milliseconds) << 16, low: 7)

    init() {
        var prices = PriceBook()
        prices.set(.init(rates: plainRates, contextLength: 100, maxOutputTokens: 50), provider: "alpha", model: "small")
        policy = Policy(
            routes: [
                "fast": Route(
                    name: "fast", choices: [.init(candidate: candidate(alpha, context: 100, maxOutput: 50))],
                    maxOutputTokens: 20)
            ],
            providers: ["alpha"], prices: prices,
            budgets: [
                BudgetRule(name: "app", scope: [.key: .exactly("app")], limit: nano(1_000), period: .day),
                BudgetRule(name: "models", scope: [.model: .each], limit: nano(2_000), period: .total),
            ])
    }

    private func hold(
        _ model: String, _ size: MeteredHold.Size, terms: Terms? = nil, maxCost: Money? = nil
    ) throws(Refusal) -> Hold {
        try MeteredHold(
            id: id, key: Key(name: "app"), customer: ("acme", terms), model: model, size: size, maxCost: maxCost,
            lasting: .seconds(60)
        ).ask(under: policy, candidates: { route, _ in Candidates(of: route) }, at: at(1_000)).hold
    }

    private func refusal(_ body: () throws(Refusal) -> Void) -> Refusal.Code? {
        do { try body() } catch { return error.code }
        return nil
    }

    @Test("tokens are bounded as a request's are: by the route's limit, the model's context, and so many answers")
    func tokens() throws {
        #expect(
            try hold("fast", .tokens(input: 10, output: nil, answers: 1)).amount == plainBound(input: 10, output: 20))
        #expect(
            try hold("alpha/small", .tokens(input: 10, output: nil, answers: 2)).amount
                == plainBound(input: 10, output: 100))
        #expect(
            try hold("fast", .tokens(input: 900, output: 5, answers: 3)).amount == plainBound(input: 100, output: 15))
        #expect(try hold("fast", .tokens(input: 1, output: 0, answers: 1)).amount == plainBound(input: 1, output: 0))
        let huge = try hold("fast", .tokens(input: 1, output: 100_000_000, answers: .max))
        #expect(huge.amount == .unlimited)
    }

    @Test("a hold draws on the budgets of its key and target, and lasts as long as is asked for")
    func claims() throws {
        let hold = try hold("fast", .amount(nano(30)))
        #expect(hold.accounts.map(\.name) == ["app", "models/small"])
        #expect(hold.expiresAt == at(1_060))
        #expect(hold.attribution.endpoint == MeteredHold.endpoint && hold.attribution.route == "fast")
    }

    @Test("an amount takes any target, tokens only those with a price")
    func unknownTargets() throws {
        #expect(try hold("far/away", .amount(nano(5))).target == Target(provider: "far", model: "away"))
        #expect(try hold("alpha/unpriced", .amount(nano(5))).target == Target(provider: "alpha", model: "unpriced"))
        #expect(refusal { () throws(Refusal) in _ = try hold("nowhere", .amount(nano(5))) } == .modelNotFound)
        #expect(
            refusal { () throws(Refusal) in _ = try hold("alpha/unpriced", .tokens(input: 1, output: 1, answers: 1)) }
                == .priceUnknown)
    }

    @Test("terms decide what is held of a wallet, and count against the caller's cap")
    func terms() throws {
        let terms = Terms(
            pricing: PriceRule(markup: Markup(partsPerMillion: 500_000)), wallet: .wallet("acme"))
        let hold = try hold("fast", .amount(nano(100)), terms: terms)
        // Its parts are rounded up apart: three nanodollars of room.
        #expect((hold.amount, hold.price) == (nano(100), nano(153)))
        #expect(hold.accounts.last == .wallet("acme"))
        #expect(
            refusal { () throws(Refusal) in
                _ = try self.hold("fast", .amount(nano(100)), terms: terms, maxCost: nano(149))
            }
                == .maxCostExceeded)
    }

    @Test("a settlement is of the hold in the record: its accounts, with the limits in force")
    func settlement() throws {
        let hold = try hold("fast", .amount(nano(100)))
        let settlement = try MeteredSettlement(usage: Usage(input: 10, output: 20))
            .settlement(of: OpenHold(hold), under: policy, terms: nil, at: at(1_010))
        #expect(settlement.hold.claims == hold.claims)
        #expect(settlement.entry.cost == nano(50) && settlement.entry.rateCardVersion == "v1")
        var other = policy
        other.budgets = [BudgetRule(name: "app", scope: [.key: .exactly("app")], limit: nano(70), period: .day)]
        let changed = try MeteredSettlement.release.settlement(
            of: OpenHold(hold), under: other, terms: nil, at: at(1_010))
        #expect(changed.hold.accounts == hold.accounts)
        #expect(changed.hold.claims.map(\.limit) == [nano(70), .unlimited])
        #expect((changed.entry.outcome, changed.entry.cost) == (.aborted, .zero))
        other.budgets = []
        let freed = try MeteredSettlement.release.settlement(of: OpenHold(hold), under: other, terms: nil, at: at(1))
        #expect(hold.isLimited && !freed.hold.isLimited)
    }

    @Test("a hold is released at no price, where nothing there has one any more")
    func releasing() throws {
        let terms = Terms(
            pricing: PriceRule(markup: Markup(partsPerMillion: 500_000)), wallet: .wallet("acme"))
        let hold = OpenHold(try hold("fast", .amount(nano(100)), terms: terms))
        let bare = Policy(routes: [:], providers: [], prices: PriceBook(), budgets: [])
        let released = MeteredSettlement.releasing(hold, under: bare, at: at(1_010))
        #expect(released.hold.accounts == hold.accounts)
        #expect((released.entry.outcome, released.entry.cost) == (.aborted, .zero))
        #expect((released.entry.price, released.entry.isPrepaid) == (.zero, true))
        #expect(released.entry.rateCardVersion.isEmpty && released.sighting == nil)
        let asked = try MeteredSettlement.release.settlement(of: hold, under: bare, terms: nil, at: at(1_010))
        #expect(released == asked)
    }

    @Test("what a program says it cost is booked so, with the markup; rates of one's own need a usage")
    func known() throws {
        let wallet = BudgetClaim.wallet("acme")
        let terms = Terms(
            pricing: PriceRule(
                markup: Markup(partsPerMillion: 100_000), rates: [.init(pattern: "small", card: plainRates)]),
            wallet: wallet)
        let hold = OpenHold(try hold("fast", .tokens(input: 10, output: 5, answers: 1), terms: terms))
        let said = try MeteredSettlement(cost: nano(40)).settlement(of: hold, under: policy, terms: terms, at: at(1))
        #expect((said.entry.cost, said.entry.price, said.entry.isPrepaid) == (nano(40), nano(44), true))
        let counted = try MeteredSettlement(usage: Usage(input: 5, output: 5), cost: nano(40))
            .settlement(of: hold, under: policy, terms: terms, at: at(1))
        #expect((counted.entry.cost, counted.entry.price) == (nano(40), nano(15)))
        let free = try MeteredSettlement(usage: Usage(input: 5, output: 5), cost: .zero)
            .settlement(of: hold, under: policy, terms: terms, at: at(1))
        #expect((free.entry.cost, free.entry.price) == (.zero, nano(15)), "what is free for us is sold all the same")
    }

    @Test(
        "an amount says nothing of what rates of one's own come to; what tokens are held for covers either way to settle"
    )
    func amountsAtOwnRates() throws {
        let dear = RateCard(version: "", standard: .init(input: nanoRate(5), output: nanoRate(15)))
        let cheap = RateCard(version: "", standard: .init(input: .free))
        for card in [dear, cheap] {
            let terms = Terms(
                pricing: PriceRule(
                    markup: Markup(partsPerMillion: 100_000), rates: [.init(pattern: "small", card: card)]),
                wallet: .wallet("acme"))
            #expect(
                refusal { () throws(Refusal) in _ = try self.hold("fast", .amount(nano(100)), terms: terms) }
                    == .invalidRequest)
            #expect(try self.hold("far/away", .amount(nano(100)), terms: terms).price == nano(113))
            let hold = try self.hold("fast", .tokens(input: 10, output: 5, answers: 1), terms: terms)
            let usage = Usage(input: 10, output: 5)
            let ways = [MeteredSettlement(usage: usage), MeteredSettlement(cost: plainRates.cost(of: usage).total)]
            for way in ways {
                let settled = try way.settlement(of: OpenHold(hold), under: policy, terms: terms, at: at(1))
                #expect(settled.entry.price <= hold.price)
            }
        }
    }

    @Test("at rates of one's own, pieces and helpers without any are charged what they cost and the markup")
    func partsAtOwnRates() throws {
        var rates = plainRates
        rates.standard.search = nanoRate(1_000)
        var policy = self.policy
        policy.prices.set(.init(rates: rates), provider: "alpha", model: "small")
        policy.prices.set(.init(rates: plainRates), provider: "alpha", model: "advisor")
        let own = RateCard(version: "", standard: .init(input: nanoRate(5), output: nanoRate(15)))
        let terms = Terms(
            pricing: PriceRule(markup: Markup(partsPerMillion: 500_000), rates: [.init(pattern: "small", card: own)]),
            wallet: nil)
        let hold = OpenHold(try hold("fast", .tokens(input: 10, output: 5, answers: 1), terms: terms))
        var usage = Usage(input: 10)
        usage.search = 2
        var settlement = MeteredSettlement(usage: usage)
        func price() throws -> Money {
            try settlement.settlement(of: hold, under: policy, terms: terms, at: at(1)).entry.price
        }
        #expect(try price() == nano(50 + 3_000))
        settlement.helpers = [("advisor", Usage(input: 100)), ("small", Usage(output: 2))]
        #expect(try price() == nano(50 + 3_000 + 150 + 30))
        // Of what has no price here there is what the program says of the whole.
        settlement.helpers = [("unheard-of", Usage(input: 100))]
        settlement.cost = nano(9_000)
        #expect(try price() == nano(13_500))
    }

    // MARK: No room

    /// What 'fast' is asked for, of 10 tokens of input and so many of output, and what a ledger says where this is left.
    private func denied(
        _ output: Int?, left: Int64, actions: [BudgetAction], onBudget: BudgetAction? = nil, floor: Int? = nil,
        terms: Terms? = nil
    ) throws -> (ask: MeteredAsk, denial: BudgetDenial) {
        var policy = self.policy
        policy.budgets = [BudgetRule(name: "app", scope: [:], limit: nano(left), period: .day, actions: actions)]
        policy.routes["fast"] = Route(
            name: "fast", choices: [.init(candidate: candidate(alpha, context: 100, maxOutput: 50))],
            maxOutputTokens: 40, outputFloor: floor)
        let ask = try MeteredHold(
            id: id, key: Key(name: "app"), customer: ("acme", terms), model: "fast",
            size: .tokens(input: 10, output: output, answers: 1), onBudget: onBudget, lasting: .seconds(60)
        ).ask(under: policy, candidates: { route, _ in Candidates(of: route) }, at: at(1_000))
        var ledger = TinyLedger()
        guard case .denied(let denial) = try ledger.perform(.hold(ask.hold)) else {
            Issue.record("granted")
            throw StoreError("granted")
        }
        return (ask, denial)
    }

    @Test("a refusal says how many tokens there is room for, of the budget that it names", arguments: [nil, 50])
    func affordable(output: Int?) throws {
        // 10 for the input, 40 for twenty tokens.
        let (ask, denial) = try denied(output, left: 51, actions: [.reject])
        #expect(ask.clamped(after: denial) == nil)
        #expect(ask.weighed(denial).affordableMaxTokens == 20)
        #expect(Refusal.budget(ask.weighed(denial)).message.contains("Lower max_tokens to 20,"))
        let (none, empty) = try denied(output, left: 11, actions: [.reject])
        #expect(none.weighed(empty).affordableMaxTokens == 0)
        #expect(Refusal.budget(none.weighed(empty)).message.contains("Its input alone counts for up to 10 tokens"))
    }

    @Test("a call that has no output limit has none to lower")
    func nothingToLower() throws {
        let (ask, denial) = try denied(0, left: 9, actions: [.clamp], onBudget: .clamp)
        #expect(ask.outputLimit == nil && ask.clamped(after: denial) == nil)
        #expect(ask.weighed(denial).affordableMaxTokens == nil)
    }

    @Test("a cap says how many tokens are below it")
    func affordableByCap() {
        do throws(Refusal) {
            _ = try hold("fast", .tokens(input: 10, output: 50, answers: 1), maxCost: nano(51))
            Issue.record("held")
        } catch {
            #expect(error.figures?.affordableMaxTokens == 20)
        }
    }

    @Test(
        "fewer tokens are granted where the program asks for that, the budget lets it and they are of use",
        arguments: [
            ([.clamp], .clamp, nil, 20), ([.reject, .clamp], .clamp, nil, 20), ([.clamp], .clamp, 20, 20),
            ([.clamp], .clamp, 21, nil), ([.clamp], nil, nil, nil), ([.clamp], .reject, nil, nil),
            ([.reject], .clamp, nil, nil),
        ] as [([BudgetAction], BudgetAction?, Int?, Int?)])
    func clamped(actions: [BudgetAction], wish: BudgetAction?, floor: Int?, granted: Int?) throws {
        let (ask, denial) = try denied(40, left: 51, actions: actions, onBudget: wish, floor: floor)
        #expect(ask.outputLimit == 40 && !ask.isClamped)
        let less = ask.clamped(after: denial)
        #expect(less?.outputLimit == granted)
        guard let less else { return }
        #expect(less.isClamped && less.hold.amount == plainBound(input: 10, output: 20))
        #expect(less.hold.attempt == ask.hold.attempt && less.hold.claims == ask.hold.claims)
        var ledger = TinyLedger()
        #expect(try ledger.perform(.hold(less.hold)) == .held(remaining: nano(1)))
    }

    @Test("what is granted fits what a wallet has left, too")
    func clampedByWallet() throws {
        let terms = Terms(pricing: PriceRule(markup: Markup(partsPerMillion: 1_000_000)), wallet: .wallet("acme"))
        let (ask, _) = try denied(40, left: 1, actions: [.clamp], onBudget: .clamp, terms: terms)
        var ledger = TinyLedger()
        ledger.balances[.wallet("acme")] = Balance(spent: nano(-176))
        let hold = Hold(
            attempt: ask.hold.attempt, amount: ask.hold.amount, price: ask.hold.price, claims: [.wallet("acme")],
            expiresAt: ask.hold.expiresAt, target: alpha, attribution: ask.hold.attribution)
        guard case .denied(let denial) = try ledger.perform(.hold(hold)) else { Issue.record("granted"); return }
        let less = try #require(ask.clamped(after: denial))
        let tokens = try #require(less.outputLimit)
        #expect(less.hold.price <= nano(176) && (30..<40).contains(tokens))
    }

    @Test("a settlement made from the record can be booked, late too, and once")
    func booking() throws {
        var ledger = TinyLedger()
        let hold = try hold("fast", .amount(nano(100)))
        _ = try ledger.perform(.hold(hold))
        let record = try #require(ledger.holds[hold.attempt])
        let settlement = try MeteredSettlement(cost: nano(40)).settlement(
            of: record, under: policy, terms: nil, at: at(1_070))
        _ = try ledger.perform(.expire(now: at(1_060)))
        #expect(try ledger.perform(.settle(settlement)) == .settled(remaining: nano(960), late: true))
        #expect(try ledger.perform(.settle(settlement)) == .alreadySettled)
        #expect(hold.accounts.map { ledger.balance(of: $0) } == [Balance(spent: nano(40)), Balance(spent: nano(40))])
    }

    @Test("an overview has the budgets that are known to apply, and with a name those of where it leads")
    func overview() throws {
        func names(_ route: Route?) -> [String] {
            policy.book.overview(key: "app", customer: nil, user: nil, tags: nil, route: route, at: at(1)).map(
                \.account.name)
        }
        #expect(names(nil) == ["app"])
        #expect(names(policy.routes["fast"]) == ["app", "models/small"])
    }
}

@Suite("What keys have spent")
struct KeySpendingTests {
    @Test("names that callers make up take a bounded number of lines, and their cost is not lost")
    func bounded() {
        var spending = KeySpending()
        var one = Spending()
        one.cost = nano(1)
        for number in 0..<3_000 { spending.addToMonth(one, of: Target(provider: "made", model: "up\(number)")) }
        #expect(spending.models.count == 1_001)
        #expect(spending.models.values.reduce(Money.zero) { $0 + $1.cost } == nano(3_000))
        #expect(spending.month.cost == nano(3_000))
    }
}
