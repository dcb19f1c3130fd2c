import Testing

@testable import TuppenceCore

/// Budgets that send requests to another route: at a threshold, or where they have no room.
@Suite("Degrading")
struct DegradeTests {
    private static let delta = Target(provider: "delta", model: "cheap")
    private static let cheapRates = RateCard(version: "v3", standard: .init(input: .free, output: nanoRate(1)))

    private static let unpricedOutput = {
        var card = RateCard(version: "v4", standard: .init(input: nanoRate(1)))
        card.pricesOutput = false
        return card
    }()

    private static func route(_ name: String, _ candidates: [Candidate]) -> Route {
        Route(
            name: name, choices: candidates.enumerated().map { .init(candidate: $1, priority: $0) },
            maxOutputTokens: 30, outputFloor: 4, attemptTimeout: .seconds(7))
    }

    private static let routes = [
        "cheap": route("cheap", [candidate(delta, rates: cheapRates)]), "mid": route("mid", [candidate(gamma)]),
        "unpriced": route("unpriced", [candidate(delta, rates: unpricedOutput)]),
    ]

    private static func rule(
        _ actions: [BudgetAction] = [.reject], hard: String? = nil, soft: [(Int64, String?)] = [], limit: Int64 = 1_000
    ) -> BudgetRule {
        BudgetRule(
            name: "b", scope: [:], limit: nano(limit), period: .total, actions: actions, degradeTo: hard,
            thresholds: soft.map { SoftThreshold(at: nano($0.0), degradeTo: $0.1) })
    }

    /// An exchange on a ledger of its own, of which so much is spent.
    private struct Driven {
        var run: Run
        var ledger = TinyLedger()

        init(
            _ rules: [BudgetRule], spent: Int64, held: Int64 = 0, wish: BudgetAction? = nil,
            candidates: [Candidate] = [candidate(alpha)], outputLimit: Int? = 50, maxCost: Money? = nil,
            health: HealthBoard? = nil
        ) {
            run = Run(
                candidates, demand: Demand(inputBound: 100, inputEstimate: 40, outputLimit: outputLimit),
                book: BudgetBook(rules, routes: DegradeTests.routes), maxCost: maxCost, onBudget: wish,
                health: health)
            let subject = BudgetSubject(key: "k", target: alpha)
            for rule in rules {
                ledger.balances[rule.claim(by: subject, at: at(0))!.account] = Balance(
                    spent: nano(spent), held: nano(held))
            }
        }

        /// Performs what the exchange asks of the ledger until a hold is granted, or all is over.
        mutating func hold() throws {
            var actions = run.on(.begin)
            while let hold = actions.compactMap(\.hold).last {
                switch try ledger.perform(.hold(hold)) {
                case .held(let remaining, let warnings):
                    actions = run.on(.held(remaining: remaining, warnings: warnings))
                case .denied(let denial): actions = run.on(.denied(denial))
                default: Issue.record("no answer to a hold")
                }
            }
        }
    }

    @Test(
        "a request that would pass a threshold goes to its route, to the nanodollar, and with what is held counted in",
        arguments: [(600, 0, false), (601, 0, true), (0, 600, false), (0, 601, true), (800, 0, true), (950, 0, true)]
            as [(Int64, Int64, Bool)])
    func threshold(spent: Int64, held: Int64, isDegraded: Bool) throws {
        // 200 nanodollars are the bound.
        var driven = Driven([Self.rule(soft: [(800, "cheap")])], spent: spent, held: held)
        try driven.hold()
        #expect(
            driven.run.words
                == (isDegraded ? ["hold alpha", "hold delta", "send delta"] : ["hold alpha", "send alpha"]))
        #expect(driven.run.exchange.degradedRoute == (isDegraded ? "cheap" : nil))
        #expect(driven.run.exchange.attempts == 1)
        #expect(driven.run.holds.map(\.attempt.number) == (isDegraded ? [1, 1] : [1]))
    }

    @Test("the limits are those of the route it goes to; what the caller asks for stays") func limits() throws {
        var driven = Driven([Self.rule(soft: [(1, "cheap")])], spent: 0, outputLimit: nil)
        try driven.hold()
        #expect(driven.run.log.compactMap(\.attempt).last?.outputLimit == 30)
        #expect(driven.run.exchange.deadline == driven.run.now + .seconds(7))
        var own = Driven([Self.rule(soft: [(1, "cheap")])], spent: 0, outputLimit: 40)
        try own.hold()
        #expect(own.run.log.compactMap(\.attempt).last?.outputLimit == 40)
    }

    @Test(
        "of several thresholds the highest that would be passed decides where it goes",
        arguments: [(300, "alpha"), (301, "gamma"), (600, "gamma"), (601, "delta")] as [(Int64, String)])
    func several(spent: Int64, target: String) throws {
        var driven = Driven([Self.rule(soft: [(500, "mid"), (600, nil), (800, "cheap")])], spent: spent)
        try driven.hold()
        #expect(driven.run.words.last == "send \(target)")
    }

    @Test("of several budgets the first in order decides where it goes") func order() throws {
        let second = BudgetRule(
            name: "c", scope: [:], limit: nano(1_000), period: .total,
            thresholds: [SoftThreshold(at: nano(1), degradeTo: "mid")])
        var driven = Driven([Self.rule(), Self.rule(soft: [(1, "cheap")]), second], spent: 0)
        try driven.hold()
        #expect(driven.run.words.last == "send delta")
    }

    @Test("a route is told of once something is sent there, and not where all is refused") func taken() throws {
        var sent = Driven([Self.rule([.degrade], hard: "cheap")], spent: 900)
        try sent.hold()
        #expect(sent.run.words.last == "send delta")
        #expect(sent.run.exchange.degradedRouteTaken == "cheap")
        var refused = Driven([Self.rule([.degrade], hard: "cheap")], spent: 1_000)
        try refused.hold()
        #expect(refused.run.words.last == "refuse budget_exceeded")
        #expect(refused.run.exchange.degradedRouteTaken == nil)
    }

    @Test("it goes on once: a route's own threshold sends nothing further") func noLoop() throws {
        var driven = Driven([Self.rule(soft: [(1, "mid"), (500, "cheap")])], spent: 0)
        try driven.hold()
        #expect(driven.run.words == ["hold alpha", "hold gamma", "send gamma"])
        #expect(driven.run.holds.map(\.yieldsToThresholds) == [true, false])
    }

    @Test(
        "where no target of a threshold's route answers, those that it spared are tried, and no threshold stops them",
        arguments: [503, 400])
    func wayBack(status: Int) throws {
        var driven = Driven(
            [Self.rule(soft: [(1, "mid"), (500, "cheap")])], spent: 0, candidates: [candidate(alpha), candidate(beta)])
        try driven.hold()
        driven.run.on(.failed(UpstreamFailure(.status, status: status, detail: "")))
        #expect(driven.run.words == ["hold alpha", "hold gamma", "send gamma", "tell failed", "hold alpha"])
        #expect(driven.run.holds.map(\.yieldsToThresholds) == [true, false, false])
        #expect(driven.run.holds.map(\.attempt.number) == [1, 1, 2])
        #expect(driven.run.exchange.degradedRoute == nil)
        driven.run.on(.held(remaining: nil))
        driven.run.on(.failed(UpstreamFailure(.status, status: 503, detail: "")))
        driven.run.on(.held(remaining: nil))
        #expect(driven.run.words.suffix(4) == ["send alpha", "tell failed", "hold beta", "send beta"])
        // It has nowhere else to go then.
        driven.run.on(.failed(UpstreamFailure(.status, status: 503, detail: "")))
        driven.run.on(.settled(remaining: nil))
        #expect(driven.run.words.last == "forward error")
        driven.run.expectNothingLeaks(granted: 3)
    }

    @Test("a threshold's route that is denied leads back, too, with the limits of the route that was named")
    func wayBackAfterDenial() throws {
        let own = BudgetRule(
            name: "cheap-provider", scope: [.provider: .exactly("delta")], limit: nano(1), period: .total)
        var driven = Driven([Self.rule(soft: [(1, "cheap")])], spent: 0, outputLimit: nil)
        driven.run = Run(
            [candidate(alpha)], demand: Demand(inputBound: 100, inputEstimate: 40),
            book: BudgetBook([Self.rule(soft: [(1, "cheap")]), own], routes: Self.routes), maxOutput: 20)
        try driven.hold()
        #expect(driven.run.words == ["hold alpha", "hold delta", "hold alpha", "send alpha"])
        #expect(driven.run.log.compactMap(\.attempt).map(\.outputLimit) == [20])
        #expect(driven.run.exchange.attempts == 1)
    }

    @Test("a threshold's target that has asked to be left alone is, though the request named one target alone")
    func leftAlone() throws {
        let board = HealthBoard()
        var wait = UpstreamFailure(.status, status: 429, detail: "")
        wait.retryAfter = .seconds(60)
        board.failed(gamma, wait, at: at(1_000))
        var driven = Driven([Self.rule(soft: [(1, "mid")])], spent: 0, health: board)
        try driven.hold()
        #expect(driven.run.words == ["hold alpha", "hold alpha", "send alpha"])
        // Where it is the only one left its own word is the caller's.
        var hard = Driven([Self.rule([.degrade], hard: "mid")], spent: 850, health: board)
        try hard.hold()
        #expect(hard.run.words.first == "hold alpha")
        #expect(hard.run.holds.map(\.target).contains(gamma))
    }

    @Test("a hard action's route does not lead back: the budget has no room there") func noWayBack() throws {
        var driven = Driven([Self.rule([.degrade], hard: "cheap")], spent: 850)
        try driven.hold()
        driven.run.on(.failed(UpstreamFailure(.status, status: 503, detail: "")))
        driven.run.on(.settled(remaining: nil))
        #expect(driven.run.words == ["hold alpha", "hold delta", "send delta", "settle failed", "forward error"])
    }

    @Test("a request that can be held for nowhere is told of what its threshold's route needed") func deniedTwice()
        throws
    {
        var driven = Driven([Self.rule(soft: [(800, "cheap")])], spent: 968)
        try driven.hold()
        #expect(driven.run.words == ["hold alpha", "hold delta", "hold alpha", "refuse budget_exceeded"])
        #expect(driven.run.refusal?.budget?.needed == nano(50))
        driven.run.expectNothingLeaks(granted: 0)
    }

    @Test(
        "where a budget has no room the route of its hard action takes the request",
        arguments: [
            ([.degrade], nil, "send delta"), ([.reject, .degrade], nil, "refuse budget_exceeded"),
            ([.reject, .degrade], .degrade, "send delta"), ([.degrade], .reject, "refuse budget_exceeded"),
            ([.reject], .degrade, "refuse budget_exceeded"), ([.clamp, .degrade], nil, "send alpha"),
            ([.clamp, .degrade], .degrade, "send delta"),
        ] as [([BudgetAction], BudgetAction?, String)])
    func hard(actions: [BudgetAction], wish: BudgetAction?, word: String) throws {
        // 150 are left: 200 do not fit, 50 for 50 tokens of the cheap one do, and so do 25 of the dear one.
        let route = actions.contains(.degrade) ? "cheap" : nil
        var driven = Driven([Self.rule(actions, hard: route)], spent: 850, wish: wish)
        try driven.hold()
        #expect(driven.run.words.last == word)
    }

    @Test(
        "where the other route does not fit either it is clamped if that is allowed, else refused",
        arguments: [
            ([.degrade, .clamp], 968, 32), ([.degrade], 968, nil), ([.degrade, .clamp], 996, 4),
            ([.degrade, .clamp], 997, nil),
        ] as [([BudgetAction], Int64, Int?)])
    func neither(actions: [BudgetAction], spent: Int64, limit: Int?) throws {
        var driven = Driven([Self.rule(actions, hard: "cheap")], spent: spent)
        try driven.hold()
        #expect(driven.run.exchange.clampedLimit == limit)
        #expect(driven.run.words.last == (limit == nil ? "refuse budget_exceeded" : "send delta"))
        // The refusal is about the route that it would go to again: what it would have needed, and what would fit.
        if limit == nil {
            #expect(driven.run.refusal?.budget?.needed == nano(50))
            #expect(driven.run.refusal?.budget?.affordableMaxTokens == Int(1_000 - spent))
        }
    }

    @Test("a threshold's route that does not fit is clamped or refused as the hard action says") func softThenHard()
        throws
    {
        var clamped = Driven([Self.rule([.clamp], soft: [(800, "cheap")])], spent: 968)
        try clamped.hold()
        #expect(clamped.run.exchange.clampedLimit == 32)
        var refused = Driven([Self.rule(soft: [(800, "cheap")])], spent: 968)
        try refused.hold()
        #expect(refused.run.words.last == "refuse budget_exceeded")
    }

    @Test("a route that cannot take the request takes nothing: it goes where it was going, as long as there is money")
    func unpriced() throws {
        var driven = Driven([Self.rule(soft: [(1, "unpriced")])], spent: 0)
        try driven.hold()
        #expect(driven.run.words == ["hold alpha", "hold alpha", "send alpha"])
        #expect(driven.run.exchange.degradedRoute == nil)
        var missing = Driven([Self.rule(soft: [(1, "gone")])], spent: 0)
        try missing.hold()
        #expect(missing.run.words == ["hold alpha", "send alpha"])
    }

    @Test("targets that are tried already are settled; the rest of the route is given up") func afterFailure() throws {
        var driven = Driven(
            [Self.rule(soft: [(800, "cheap")])], spent: 500, candidates: [candidate(alpha), candidate(beta)])
        try driven.hold()
        // It costs its estimate, and with that the second target would pass the threshold.
        for action in driven.run.on(.failed(UpstreamFailure(.timeout, detail: ""))) {
            if let settlement = action.settlement { _ = try driven.ledger.perform(.settle(settlement)) }
        }
        _ = driven.ledger
        driven.ledger.balances.keys.forEach { driven.ledger.balances[$0]?.spent = nano(700) }
        guard let hold = driven.run.holds.last, case .denied(let denial) = try driven.ledger.perform(.hold(hold)) else {
            Issue.record("the second target was not held for, or granted"); return
        }
        driven.run.on(.denied(denial))
        driven.run.on(.held(remaining: nil))
        #expect(
            driven.run.words == ["hold alpha", "send alpha", "tell failed", "hold beta", "hold delta", "send delta"])
        #expect(driven.run.exchange.attempts == 2)
    }

    @Test(
        "the caller's cap holds for the other route, too; what it forbids there goes where it was going",
        arguments: [(50, "delta"), (49, "alpha")] as [(Int64, String)])
    func cap(cap: Int64, target: String) throws {
        let rule = Self.rule(soft: [(1, "cheap")])
        let fee = RateCard(version: "v5", standard: .init(input: .free), perRequest: nano(2))
        var driven = Driven([rule], spent: 0, candidates: [candidate(alpha, rates: fee)], maxCost: nano(cap))
        try driven.hold()
        #expect(driven.run.words.last == "send \(target)")
    }
}
