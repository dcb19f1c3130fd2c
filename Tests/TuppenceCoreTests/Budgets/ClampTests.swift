import Testing

@testable import TuppenceCore

/// Budgets that lower the output limit instead of refusing, and providers that go beyond the limit they were given.
@Suite("Clamping, and cutting off at the hold")
struct ClampTests {
    private static func rule(_ name: String, _ actions: [BudgetAction]) -> BudgetRule {
        BudgetRule(name: name, scope: [:], limit: nano(1_000), period: .total, actions: actions)
    }

    /// What a ledger says in which these budgets have so much left.
    private static func denial(_ left: [(rule: BudgetRule, left: Int64)], needed: Int64 = 208) -> BudgetDenial {
        let all = left.map { rule, left in
            BudgetDenial(
                claim: rule.claim(by: BudgetSubject(key: "k", target: alpha), at: at(0))!,
                balance: Balance(spent: nano(1_000 - left)), needed: nano(needed))
        }
        let lacking = all.filter { $0.remaining < $0.needed }
        var denial = lacking[0]
        denial.lacking = lacking.map(\.claim)
        for other in all { denial.left.narrow(to: other.remaining, of: other.claim.account) }
        return denial
    }

    private static func run(_ actions: [BudgetAction], wish: BudgetAction? = nil, demand: Demand? = nil) -> Run {
        var run = Run(
            demand: demand ?? Demand(inputBound: 100, inputEstimate: 40, outputLimit: 50),
            budgets: [rule("b", actions)], onBudget: wish)
        run.on(.begin)
        return run
    }

    @Test("the limit is lowered to what is left, under the same attempt, and the provider gets the lower one")
    func clamps() throws {
        var run = Self.run([.clamp])
        run.on(.denied(Self.denial([(Self.rule("b", [.clamp]), 140)])))
        #expect(run.words == ["hold alpha", "hold alpha"])
        #expect(run.holds.map(\.attempt.number) == [1, 1])
        // 140 are left: 100 for the input, 40 for twenty tokens.
        #expect(run.holds.last?.amount == plainBound(input: 100, output: 20))
        run.on(.held(remaining: nano(0)))
        let attempt = try #require(run.log.compactMap(\.attempt).last)
        #expect(attempt.outputLimit == 20)
        #expect(attempt.isClamped)
        #expect(run.exchange.clampedLimit == 20)
        run.on(.usage(Usage(input: 90, output: 20), reportedCost: nil))
        run.on(.ended)
        run.on(.settled(remaining: nano(18)))
        #expect(run.words.suffix(2) == ["settle completed", "finish"])
        #expect(run.exchange.clampedLimit == 20)
        run.expectNothingLeaks(granted: 1)
    }

    @Test("nothing is clamped where the request fits") func fits() throws {
        var run = Self.run([.clamp])
        run.on(.held(remaining: nano(5)))
        let attempt = try #require(run.log.compactMap(\.attempt).last)
        #expect(attempt.outputLimit == 50)
        #expect(!attempt.isClamped)
        #expect(run.exchange.clampedLimit == nil)
    }

    @Test(
        "below the floor it is refused: sixteen tokens, or the request's own budget for thinking",
        arguments: [(130, 0, nil), (132, 0, 16), (132, 17, nil), (134, 17, 17)] as [(Int64, Int, Int?)])
    func floor(left: Int64, thinking: Int, limit: Int?) {
        let demand = Demand(inputBound: 100, inputEstimate: 40, outputLimit: 50, outputFloor: thinking)
        var run = Self.run([.clamp], demand: demand)
        run.on(.denied(Self.denial([(Self.rule("b", [.clamp]), left)])))
        #expect(run.words.last == (limit == nil ? "refuse budget_exceeded" : "hold alpha"))
        run.on(.held(remaining: nil))
        #expect(run.exchange.clampedLimit == limit)
    }

    @Test("the route says how little is still of use") func routeFloor() {
        for (floor, word) in [(20, "hold alpha"), (21, "refuse budget_exceeded")] {
            var run = Run(budgets: [Self.rule("b", [.clamp])], floor: floor)
            run.on(.begin)
            run.on(.denied(Self.denial([(Self.rule("b", [.clamp]), 140)])))
            #expect(run.words.last == word)
        }
    }

    @Test(
        "the caller chooses among what the budget allows, and may always ask to be refused",
        arguments: [
            ([.reject], nil, false), ([.reject], .clamp, false), ([.clamp], nil, true), ([.clamp], .reject, false),
            ([.reject, .clamp], nil, false), ([.reject, .clamp], .clamp, true), ([.clamp, .reject], nil, true),
        ] as [([BudgetAction], BudgetAction?, Bool)])
    func choice(actions: [BudgetAction], wish: BudgetAction?, clamps: Bool) {
        var run = Self.run(actions, wish: wish)
        run.on(.denied(Self.denial([(Self.rule("b", actions), 140)])))
        #expect(run.words.last == (clamps ? "hold alpha" : "refuse budget_exceeded"))
    }

    @Test("of several budgets the tightest decides how much, and one that refuses refuses") func several() {
        let roomy = Self.rule("roomy", [.reject])
        let first = Self.rule("first", [.clamp])
        let second = Self.rule("second", [.clamp])
        var run = Self.run([.clamp])
        run.on(.denied(Self.denial([(roomy, 900), (first, 180), (second, 140)])))
        #expect(run.holds.last?.amount == plainBound(input: 100, output: 20))
        var refused = Self.run([.clamp])
        refused.on(.denied(Self.denial([(first, 180), (Self.rule("strict", [.reject]), 190)])))
        #expect(refused.words.last == "refuse budget_exceeded")
    }

    @Test(
        "an older answer may stand in where a budget wants that and none that lacks the money refuses",
        arguments: [
            ([[.cached]], nil, true), ([[.reject]], .cached, false), ([[.reject, .cached]], nil, false),
            ([[.reject, .cached]], .cached, true), ([[.cached]], .reject, false), ([[.cached], [.reject]], nil, false),
            ([[.cached], [.clamp]], nil, true), ([[.degrade, .cached]], nil, true), ([[.clamp]], nil, false),
        ] as [([[BudgetAction]], BudgetAction?, Bool)])
    func cached(actions: [[BudgetAction]], wish: BudgetAction?, isServed: Bool) {
        let rules = actions.enumerated().map { Self.rule("b\($0)", $1) }
        var run = Run([candidate(alpha), candidate(beta)], budgets: rules, onBudget: wish)
        run.on(.begin)
        // Too little is left to clamp to; every target is tried first.
        run.on(.denied(Self.denial(rules.map { ($0, 110) })))
        run.on(.denied(Self.denial(rules.map { ($0, 110) })))
        #expect(
            run.words == [
                "hold alpha", "hold beta", isServed ? "serve cached, or budget_exceeded" : "refuse budget_exceeded",
            ])
        run.expectNothingLeaks(granted: 0)
    }

    @Test(
        "of several targets one is enough whose budgets want that, whichever refusal is told", arguments: [false, true])
    func cachedForOne(isFirst: Bool) {
        let (lenient, strict) = (Self.rule("lenient", [.cached]), Self.rule("strict", [.reject]))
        var run = Run([candidate(alpha), candidate(beta)], budgets: [lenient, strict])
        run.on(.begin)
        let denials = [Self.denial([(lenient, 50)]), Self.denial([(strict, 150)])]
        let told: [BudgetDenial] = isFirst ? denials : denials.reversed()
        for each in told { run.on(.denied(each)) }
        #expect(run.words == ["hold alpha", "hold beta", "serve cached, or budget_exceeded"])
        // Of it more is left.
        #expect(run.refusal?.budget?.claim.rule.name == "strict")
    }

    @Test("a budget that shrinks meanwhile lowers it again, until the floor ends it") func shrinking() {
        var run = Self.run([.clamp])
        for left in [182, 162, 142, 133, 131] as [Int64] {
            run.on(.denied(Self.denial([(Self.rule("b", [.clamp]), left)])))
        }
        #expect(run.holds.map(\.amount) == [50, 41, 31, 21, 16].map { plainBound(input: 100, output: $0) })
        #expect(run.words.last == "refuse budget_exceeded")
        run.expectNothingLeaks(granted: 0)
    }

    @Test("input that is not affordable by itself is refused, however little output it wants") func input() {
        var run = Self.run([.clamp])
        run.on(.denied(Self.denial([(Self.rule("b", [.clamp]), 99)])))
        #expect(run.words.last == "refuse budget_exceeded")
        var embedding = Self.run([.clamp], demand: Demand(inputBound: 9, inputEstimate: 4, producesOutput: false))
        embedding.on(.denied(Self.denial([(Self.rule("b", [.clamp]), 3)], needed: 9)))
        #expect(embedding.words.last == "refuse budget_exceeded")
    }

    /// Input is held for at 100 tokens and estimated at 40: at half the price of output, what is over pays for 30 tokens
    /// beyond the limit of 20.
    @Test("a stream that goes on beyond its limit is cut while its hold still covers it, and is booked at its hold")
    func overrun() {
        let rates = RateCard(version: "v", standard: .init(input: nanoRate(50), output: nanoRate(100)))
        var run = Run.streaming([candidate(alpha, rates: rates)], outputLimit: 20)
        run.send()
        run.on(.answering(status: 200))
        for _ in 0..<35 { run.on(.content(bytes: 4, pieces: 1)) }
        #expect(!run.words.contains("cancel"))
        run.on(.content(bytes: 4, pieces: 1))
        #expect(run.words.suffix(2) == ["cancel", "settle truncated"])
        #expect(run.entries.last?.usage == Usage(input: 40, output: 50))
        #expect(run.entries.last?.cost == nano(7_000))
        #expect(run.holds.last.map { $0.amount >= nano(7_000) } == true)
        #expect(run.entries.last?.estimated == true)
        // What the dead connection still says changes nothing.
        run.on(.content(bytes: 4, pieces: 1))
        run.on(.settled(remaining: nil))
        #expect(run.words.last == "refuse upstream_invalid")
        run.expectNothingLeaks(granted: 1)
    }

    @Test(
        "a stream is cut at its limit where the hold pays for nothing more, and never before its sixteenth piece",
        arguments: [(20, 20), (1, 16), (15, 16), (16, 16), (17, 17)])
    func overrunWithoutRoom(limit: Int, last: Int) {
        let dear = RateCard(version: "v", standard: .init(input: nanoRate(1), output: nanoRate(1_000)))
        var run = Run.streaming([candidate(alpha, rates: dear)], outputLimit: limit)
        run.send()
        for _ in 0..<last { run.on(.content(bytes: 4, pieces: 1)) }
        #expect(!run.words.contains("cancel"))
        run.on(.content(bytes: 4, pieces: 1))
        #expect(run.words.suffix(2) == ["cancel", "settle truncated"])
        #expect(run.entries.last?.usage == Usage(input: 40, output: limit))
    }

    @Test("what the caller is charged is within its hold, too") func overrunAtAPrice() throws {
        let dear = RateCard(version: "", standard: .init(input: nanoRate(1), output: nanoRate(1_000)))
        let terms = Terms(pricing: PriceRule(markup: .none, rates: [.init(pattern: "*", card: dear)]), wallet: nil)
        let demand = Demand(inputBound: 100, inputEstimate: 40, outputLimit: 20, streams: true)
        var run = Run(demand: demand, terms: terms)
        run.send()
        for _ in 0..<21 { run.on(.content(bytes: 4, pieces: 1)) }
        #expect(run.words.suffix(2) == ["cancel", "settle truncated"])
        let entry = try #require(run.entries.last)
        #expect(entry.usage == Usage(input: 40, output: 20))
        #expect(entry.price <= run.holds[0].price)
    }

    @Test(
        "however much the hold pays for, no more than an eighth and sixteen pieces come before the cut",
        arguments: [0, 1])
    func overrunWithMuchRoom(outputRate: Int64) {
        let rates = RateCard(version: "v", standard: .init(input: nanoRate(1_000), output: nanoRate(outputRate)))
        var run = Run.streaming([candidate(alpha, rates: rates)], outputLimit: 80)
        run.send()
        for _ in 0..<(80 + 10 + 16) { run.on(.content(bytes: 4, pieces: 1)) }
        #expect(!run.words.contains("cancel"))
        run.on(.content(bytes: 4, pieces: 1))
        #expect(run.words.suffix(2) == ["cancel", "settle truncated"])
        #expect(run.entries.last?.usage == Usage(input: 40, output: 80 + 20 + 32))
    }

    @Test("what came beyond the limit and was not cut off is booked, within the hold", arguments: [true, false])
    func slightOverrun(isCallerGone: Bool) {
        var run = Run.streaming(outputLimit: 20)
        run.send()
        for _ in 0..<25 { run.on(.content(bytes: 4, pieces: 1)) }
        run.on(isCallerGone ? .clientGone : .ended)
        #expect(run.entries.last?.usage == Usage(input: 40, output: 25))
        #expect(run.entries.last?.estimated == true)
    }

    @Test("large pieces are no overrun: sound and sealed thoughts have thousands of bytes for a token")
    func largePieces() {
        var run = Run.streaming(outputLimit: 20)
        run.send()
        for _ in 0..<20 { run.on(.content(bytes: 4_000_000, pieces: 1)) }
        #expect(!run.words.contains("cancel"))
    }

    @Test(
        "limits as large as numbers are cut nowhere and overflow nowhere",
        arguments: [Int.max, .max / 8 * 7, .max / 900])
    func enormousLimit(limit: Int) {
        var run = Run(
            demand: Demand(
                inputBound: 1, inputEstimate: 1, outputLimit: limit, answers: limit > .max / 2 ? 1 : 900, streams: true)
        )
        run.send()
        for _ in 0..<100 { run.on(.content(bytes: 4, pieces: 1)) }
        #expect(!run.words.contains("cancel"))
    }

    @Test("the affordable limit fits the tightest budget, and is none below the budget for thinking") func affordable()
    {
        let roomy = Self.rule("roomy", [.reject])
        let tight = Self.rule("tight", [.reject])
        for (thinking, affordable) in [(0, 20), (20, 20), (21, 0)] {
            let demand = Demand(inputBound: 100, inputEstimate: 40, outputLimit: 50, outputFloor: thinking)
            var run = Self.run([.reject], demand: demand)
            run.on(.denied(Self.denial([(roomy, 180), (tight, 140)])))
            #expect(run.refusal?.budget?.affordableMaxTokens == affordable)
        }
    }

    @Test(
        "whatever a budget and a wallet have left and whatever is charged, the clamped limit is the largest that fits both",
        arguments: UInt64(1)...300)
    func largestThatFits(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        func rates() -> RateCard {
            RateCard(
                version: "",
                standard: .init(
                    input: Rate(picodollars: .random(in: 0...3_000, using: &random)),
                    output: Rate(picodollars: .random(in: 1...9_000, using: &random))),
                perRequest: nano(.random(in: 0...50, using: &random)))
        }
        let pricing = PriceRule(
            markup: Markup(partsPerMillion: .random(in: 0...2_000_000, using: &random)),
            rates: Bool.random(using: &random) ? [.init(pattern: "*", card: rates())] : [])
        let rule = BudgetRule(
            name: "b", scope: [:], limit: nano(.random(in: 100...900, using: &random)), period: .total,
            actions: [.clamp])
        let demand = Demand(
            inputBound: InputCount(.random(in: 1...100, using: &random)), inputEstimate: 1,
            outputLimit: .random(in: 1...400, using: &random), answers: .random(in: 1...3, using: &random))
        let target = candidate(alpha, rates: rates())
        var run = Run(
            [target], demand: demand, budgets: [rule], floor: 1, onBudget: .clamp,
            terms: Terms(pricing: pricing, wallet: .wallet("acme")))
        var ledger = TinyLedger()
        _ = try ledger.perform(
            .topUp(
                TopUp(
                    id: someRequest, wallet: .wallet("acme"), amount: nano(.random(in: 100...1_500, using: &random)),
                    at: at(0), note: nil)))
        let paid = ledger
        run.on(.begin)
        run.on(Exchange.Event(.success(try ledger.perform(.hold(run.holds[0])))))
        // Once is enough.
        if run.holds.count == 2 { run.on(Exchange.Event(.success(try ledger.perform(.hold(run.holds[1]))))) }
        #expect(run.holds.count <= 2, "seed \(seed)")
        let limit = try #require(demand.outputLimit)
        func fits(_ limit: Int) throws -> Bool {
            var other = paid
            let most = target.most(of: demand, outputLimit: limit)
            let amount = target.rates.bound(most)
            let hold = Hold(
                attempt: run.holds[0].attempt, amount: amount,
                price: pricing.bound(amount, of: most, at: target.rates, by: alpha),
                claims: run.holds[0].claims, expiresAt: at(9_000), target: alpha, attribution: someone)
            if case .held = try other.perform(.hold(hold)) { return true }
            return false
        }
        if let sent = run.log.compactMap(\.attempt).first {
            let given = try #require(sent.outputLimit)
            #expect(try fits(given))
            #expect(try given == limit || !fits(given + 1), "seed \(seed): \(given) of \(limit)")
        } else {
            #expect(run.refusal != nil, "seed \(seed): \(run.words)")
            #expect(try !fits(1), "seed \(seed)")
        }
    }
}
