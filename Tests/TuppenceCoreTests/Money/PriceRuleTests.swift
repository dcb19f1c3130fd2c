import Testing

@testable import TuppenceCore

@Suite("What a caller is charged")
struct PriceRuleTests {
    @Test(
        "a markup is a percentage with four decimals at most, and never negative",
        arguments: [
            ("15%", 150_000), ("0%", 0), ("12.5%", 125_000), ("0.0001%", 1), ("10000%", 100_000_000),
            ("10000.0001%", nil), ("15", nil), ("-1%", nil), ("0.00001%", nil), ("%", nil), ("", nil),
        ] as [(String, Int64?)])
    func percent(text: String, parts: Int64?) {
        #expect(Markup(percent: text)?.partsPerMillion == parts)
    }

    @Test(
        "a markup is rounded up to a whole nanodollar",
        arguments: [(0, 0), (1, 2), (100, 115), (101, 117), (20, 23), (Int64.max, .max)] as [(Int64, Int64)])
    func rounding(cost: Int64, price: Int64) {
        #expect(Markup(partsPerMillion: 150_000).added(to: nano(cost)) == nano(price))
    }

    @Test("rates of its own hold for the models that they name, the first that fits, and the markup for all others")
    func ownRates() {
        let rule = PriceRule(
            markup: Markup(partsPerMillion: 1_000_000),
            rates: [
                .init(pattern: "small", card: RateCard(version: "", standard: .init(input: nanoRate(7)))),
                .init(pattern: "beta/*", card: RateCard(version: "", standard: .init(input: nanoRate(9)))),
            ])
        let usage = Usage(input: 10)
        let cost = Cost(input: nano(10))
        func price(of usage: Usage, cost: Cost, by target: Target) -> Money {
            rule.price(of: usage, cost: cost, at: plainRates, service: .standard, by: target).total
        }
        #expect(price(of: usage, cost: cost, by: alpha) == nano(70))
        #expect(price(of: usage, cost: cost, by: beta) == nano(90))
        #expect(price(of: usage, cost: cost, by: gamma) == nano(20))
        #expect(price(of: usage, cost: .zero, by: alpha) == nano(70), "what is free for us is sold all the same")
        #expect(price(of: Usage(), cost: .zero, by: alpha) == .zero, "what was not billed is not charged")
    }

    @Test("pieces without a rate of their own are charged what they cost and the markup, and are held for so")
    func pieces() {
        var theirs = plainRates
        theirs.standard.search = nanoRate(2_000)
        theirs.standard.image = nanoRate(50)
        theirs.services[.priority] = .init(rates: theirs.standard)
        theirs.services[.priority]?.rates.search = nanoRate(3_000)
        var ours = RateCard(version: "", standard: .init(input: nanoRate(5), output: nanoRate(15)))
        ours.standard.image = nanoRate(7)
        let rule = PriceRule(markup: Markup(partsPerMillion: 500_000), rates: [.init(pattern: "*", card: ours)])
        var usage = Usage(input: 10)
        usage.search = 2
        usage.image = 3
        func price(_ service: ServiceTier?) -> Money {
            let cost = theirs.cost(of: usage, service: service)
            return rule.price(of: usage, cost: cost, at: theirs, service: service, by: alpha).total
        }
        #expect(price(.standard) == nano(50 + 3 * 7 + 6_000))
        #expect(price(.priority) == nano(50 + 3 * 7 + 9_000))
        #expect(price(nil) == nano(50 + 3 * 7 + 9_000), "as the dearest tier has it")
        #expect(rule.needsCost(of: usage, by: alpha) && !rule.needsCost(of: Usage(input: 10), by: alpha))
        var pieces = Usage()
        pieces.image = 3
        let most = UsageBound(inputTokens: 10, outputTokens: 0, searches: 2, pieces: pieces)
        #expect(rule.bound(theirs.bound(most), of: most, at: theirs, by: alpha) == nano(50 + 3 * 7 + 9_000))
    }

    @Test("nothing within a bound is charged more than the bound of the price")
    func bounds() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let most = Bool.random(using: &random) ? 5_000 : 5
            let input = Int.random(in: 0...most, using: &random)
            let output = Int.random(in: 0...most, using: &random)
            func card() -> RateCard {
                var card = RateCard(
                    version: "",
                    standard: .init(
                        input: Rate(picodollars: .random(in: 0...9_999, using: &random)),
                        output: Rate(picodollars: .random(in: 0...9_999, using: &random))))
                card.standard.cachedInput = Bool.random(using: &random) ? Rate(picodollars: 1_001) : nil
                card.standard.reasoning = Bool.random(using: &random) ? Rate(picodollars: 1_001) : nil
                return card
            }
            var rates = card()
            rates.standard.search = Rate(picodollars: .random(in: 0...99_999, using: &random))
            rates.standard.audioSecond = Rate(picodollars: .random(in: 0...99_999, using: &random))
            var own = Bool.random(using: &random) ? plainRates : card()
            if Bool.random(using: &random) { own.standard.search = nanoRate(3) }
            let searches = Int.random(in: 0...9, using: &random)
            var pieces = Usage()
            pieces.audioSecond = .random(in: 0...99, using: &random)
            let rule = PriceRule(
                markup: Markup(partsPerMillion: .random(in: 0...3_000_000, using: &random)),
                rates: Bool.random(using: &random) ? [.init(pattern: "*", card: own)] : [])
            var usage = Usage(
                input: .random(in: 0...input, using: &random), output: .random(in: 0...output, using: &random))
            usage.cachedInput = .random(in: 0...(input - usage.input), using: &random)
            usage.reasoning = .random(in: 0...(output - usage.output), using: &random)
            usage.search = .random(in: 0...searches, using: &random)
            usage.audioSecond = .random(in: 0...pieces.audioSecond, using: &random)
            let bounds = UsageBound(inputTokens: input, outputTokens: output, searches: searches, pieces: pieces)
            let bound = rule.bound(rates.bound(bounds), of: bounds, at: rates, by: alpha)
            let price = rule.price(
                of: usage, cost: rates.cost(of: usage), at: rates, service: .standard, by: alpha)
            #expect(price.total <= bound)
        }
    }

    @Test("every posting sums to zero, whoever pays")
    func postings() {
        for isPrepaid in [true, false] {
            let posting = Posting(cost: nano(100), price: nano(115), margin: nano(15), isPrepaid: isPrepaid)
            #expect(posting.sum == .zero)
            #expect(posting.provider == nano(-100) && posting.margin == nano(-15))
            #expect((isPrepaid ? posting.wallet : posting.customer) == nano(115))
        }
        let topUp = TopUp(id: someRequest, wallet: .wallet("acme"), amount: nano(9), at: at(0), note: nil)
        #expect(Posting(topUp).sum == .zero && Posting(topUp).wallet == nano(-9))
    }

    @Test("a key's customer is whom it belongs to, and a request that says another is refused")
    func customers() throws {
        let customers = Customers(["acme": .init(pricing: PriceRule(), isPrepaid: true)], others: .init())
        let policy = Policy(routes: [:], providers: [], prices: PriceBook(), customers: customers)
        let free = Key(name: "app")
        let own = Key(name: "theirs", customer: "acme")
        #expect(try policy.customer(of: free, saying: nil) == (nil, nil))
        #expect(try policy.customer(of: free, saying: "acme").terms?.wallet?.account.name == "wallet:acme")
        #expect(try policy.customer(of: own, saying: nil).name == "acme")
        #expect(try policy.customer(of: own, saying: "acme").name == "acme")
        #expect(throws: Refusal.self) { try policy.customer(of: own, saying: "other") }
        let another = try policy.customer(of: free, saying: "other")
        #expect(another.name == "other" && another.terms?.wallet == nil)
    }

    @Test("names are told apart by their bytes: another spelling is somebody else, or nothing at all")
    func spellings() throws {
        let composed = "caf\u{e9}"
        let decomposed = "cafe\u{301}"
        #expect(composed == decomposed, "Swift takes them for one")
        let customers = Customers([composed: .init(isPrepaid: true)])
        #expect(customers.terms(of: composed)?.wallet?.account.name == "wallet:" + composed)
        #expect(customers.terms(of: decomposed) == nil)
        #expect(Customers([composed: .init(isPrepaid: true)], others: .init()).terms(of: decomposed)?.wallet == nil)
        var prices = PriceBook()
        prices.set(.init(rates: plainRates), provider: composed, model: "K2")
        prices.set(.init(rates: plainRates), provider: composed, model: "Kimi*")
        let policy = Policy(
            routes: [composed: Route(name: composed, choices: [.init(candidate: candidate(alpha))])],
            providers: [composed], prices: prices, customers: customers)
        let own = Key(name: "theirs", customer: composed)
        #expect(throws: Refusal.self) { try policy.customer(of: own, saying: decomposed) }
        #expect(try policy.route(for: composed).name == composed)
        #expect(try policy.route(for: composed + "/K2").name == composed + "/K2")
        // The sign of kelvins is a K to Swift.
        for name in [decomposed, decomposed + "/K2", composed + "/\u{212A}2", composed + "/\u{212A}imi", "\u{212A}2"] {
            #expect(throws: Refusal.self) { try policy.route(for: name) }
        }
        #expect(Target("a/\u{301}b") == Target(provider: "a", model: "\u{301}b"))
    }
}

@Suite("Wallets")
struct WalletTests {
    private static func hold(_ number: Int, amount: Int64, price: Int64, rules: [BudgetRule] = []) -> Hold {
        let subject = BudgetSubject(key: "app", target: alpha)
        return Hold(
            attempt: AttemptID(request: someRequest, number: number), amount: nano(amount), price: nano(price),
            claims: rules.compactMap { $0.claim(by: subject, at: at(0)) } + [.wallet("acme")], expiresAt: at(60),
            target: alpha, attribution: someone)
    }

    private func topUp(_ amount: Int64, _ id: UInt64 = 1) -> LedgerOperation {
        .topUp(
            TopUp(
                id: RequestID(high: 1, low: id), wallet: .wallet("acme"), amount: nano(amount), at: at(0), note: nil))
    }

    @Test("pay prices, and budgets count costs, of the same attempt")
    func both() throws {
        var ledger = TinyLedger()
        let rule = BudgetRule(name: "daily", scope: [:], limit: nano(100), period: .day)
        _ = try ledger.perform(topUp(1_000))
        let hold = Self.hold(1, amount: 100, price: 150, rules: [rule])
        #expect(try ledger.perform(.hold(hold)) == .held(remaining: .zero))
        #expect(ledger.balances[.wallet("acme")] == Balance(spent: nano(-1_000), held: nano(150)))
        let entry = LedgerEntry(
            attempt: hold.attempt, at: at(1), attribution: someone, target: alpha, outcome: .completed, status: 200,
            usage: Usage(), cost: nano(60),
            estimated: false, reportedCost: nil, rateCardVersion: "", duration: Milliseconds(1), firstContent: nil,
            price: nano(90), isPrepaid: true)
        _ = try ledger.perform(.settle(Settlement(hold: hold, entry: entry)))
        #expect(ledger.balances[.wallet("acme")] == Balance(spent: nano(-910)))
        #expect(ledger.balances[hold.claims[0].account] == Balance(spent: nano(60)))
    }

    @Test("that are empty refuse with a code of their own; a top-up lets the next request through")
    func empty() throws {
        var ledger = TinyLedger()
        guard case .denied(let denial) = try ledger.perform(.hold(Self.hold(1, amount: 10, price: 10))) else {
            Issue.record("a wallet that was never filled has nothing")
            return
        }
        #expect(Refusal.budget(denial).code == .walletEmpty)
        _ = try ledger.perform(topUp(9))
        if case .held = try ledger.perform(.hold(Self.hold(1, amount: 10, price: 10))) { Issue.record("9 is not 10") }
        _ = try ledger.perform(topUp(1, 2))
        #expect(try ledger.perform(.hold(Self.hold(1, amount: 10, price: 10))) == .held(remaining: .zero))
    }

    @Test("take the same top-up once")
    func repeated() throws {
        var ledger = TinyLedger()
        #expect(try ledger.perform(topUp(5)) == .toppedUp(Balance(spent: nano(-5)), repeated: false))
        #expect(try ledger.perform(topUp(5)) == .toppedUp(Balance(spent: nano(-5)), repeated: true))
    }

    @Test("leave room for prices, and budgets for costs, the least of each, so that a clamp fits both")
    func clamped() throws {
        var ledger = TinyLedger()
        _ = try ledger.perform(topUp(75))
        let rules = [90, 80, 500].map {
            BudgetRule(name: "b\($0)", scope: [:], limit: nano($0), period: .total)
        }
        let hold = Self.hold(1, amount: 100, price: 150, rules: rules)
        guard case .denied(let denial) = try ledger.perform(.hold(hold)) else {
            Issue.record("100 is more than 80, and 150 more than 75")
            return
        }
        #expect(denial.left.cost == nano(80))
        #expect(denial.left.price == nano(75))
        #expect(denial.lacking.map(\.account.name) == ["b90", "b80", "wallet:acme"])
    }
}
