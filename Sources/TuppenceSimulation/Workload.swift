import TuppenceCore
import TuppenceTesting

/// What callers ask for in a simulated world, at what prices and within what budgets.
struct Workload: Sendable {
    var budgets: [BudgetPlan]
    var defaults: Policy.Defaults
    /// Prices that divide evenly hardly anywhere, so that every rounding shows.
    static let prices: [Target: PriceTable] = [
        Target(provider: "acme", model: "small"): PriceTable(
            input: 137_333, cachedInput: 13_733, cacheWrite: 137_333, output: 555_557, reasoning: 555_557),
        Target(provider: "acme", model: "large"): PriceTable(
            input: 1_250_001, cachedInput: 125_003, cacheWrite: 1_562_507, output: 5_000_003, reasoning: 6_172_839,
            fee: 1_501, longAbove: 60),
        Target(provider: "umbra", model: "cheap"): PriceTable(
            input: 1, cachedInput: 1, cacheWrite: 3, output: 7, reasoning: 11, fee: 1),
    ]
    /// What providers do when a connection is closed, as they know themselves.
    static let habits: [Target: DisconnectHabit] = [
        Target(provider: "acme", model: "small"): .stopsStreams,
        Target(provider: "acme", model: "large"): .finishes,
        Target(provider: "umbra", model: "cheap"): .stops,
    ]
    /// In the order of the route's list.
    static let targets = prices.keys.sorted { $0.description < $1.description }
    /// The targets that cannot take an image, and how much input there is room for where that is little.
    static let blind: Set = [Target(provider: "acme", model: "small")]
    static let contexts = [Target(provider: "acme", model: "small"): 80]
    let book: BudgetBook
    private let route: Route

    init(_ scenario: Scenario) {
        func limit(_ nanodollars: Int64) -> Int64 { nanodollars * scenario.generosity / 100 }
        budgets = [
            BudgetPlan(
                name: "app-total", limit: limit(12_000_000), period: .total,
                thresholds: [limit(1_000_000), limit(6_000_000), limit(11_999_999)], degradesAbove: limit(6_000_000),
                allowance: limit(1_500_000)),
            BudgetPlan(
                name: "each-user", limit: limit(4_000_000), period: .day, eachUser: true, actions: [.clamp],
                thresholds: [limit(400_000), limit(4_000_000)], allowance: limit(700_000)),
            BudgetPlan(
                name: "dear-model", limit: limit(6_000_003), period: .month, model: "large", actions: [.degrade]),
            BudgetPlan(
                name: "runaway", limit: limit(2_500_001), period: .minute, actions: [.reject, .clamp, .degrade],
                allowance: limit(1_300_000)),
        ]
        defaults = Policy.Defaults()
        defaults.maxOutputTokens = 60
        defaults.outputFloor = 3
        defaults.attemptTimeout = .seconds(2)
        defaults.requestTimeout = .seconds(10)
        defaults.idleTimeout = .seconds(1)
        defaults.lateUsage = Milliseconds(1_500)
        defaults.holdGrace = scenario.holdGrace
        if scenario.queue > Milliseconds(0) {
            var queue = Policy.Queue()
            queue.within = scenario.queue
            queue.length = 20
            defaults.queue = queue
        }
        let limits =
            (scenario.concurrency > 0 ? [RateLimit(.concurrency, scenario.concurrency)] : [])
            + (scenario.requestsPerMinute > 0 ? [RateLimit(.requestsPerMinute, scenario.requestsPerMinute)] : [])
        let candidates = Self.targets.compactMap { target in
            Self.prices[target].map { prices in
                Candidate(
                    target: target, rates: prices.card, contextLength: Self.contexts[target],
                    maxOutputTokens: target.model == "cheap" ? 45 : nil,
                    onDisconnect: Self.habits[target] ?? .stopsStreams,
                    lacks: Self.blind.contains(target) ? .vision : [],
                    limits: TargetLimits(ProviderLimits(models: ["*": limits]), of: target.model))
            }
        }
        let scores = scenario.strategy == .complexity ? ["cheap": 0, "small": 10] : [:]
        route = Route(
            name: "fast",
            choices: zip(candidates, scenario.priorities).map { candidate, priority in
                Route.Choice(candidate: candidate, priority: priority, upTo: scores[candidate.target.model])
            },
            hedging: scenario.firstTokenWithin.map { Hedging(firstTokenWithin: $0, share: scenario.hedgeShare) },
            strategy: scenario.strategy)
        let cheap = Route(
            name: BudgetPlan.cheapRoute,
            choices: candidates.filter { $0.target.model == "cheap" }.map { Route.Choice(candidate: $0) },
            maxOutputTokens: 30, outputFloor: 2)
        book = BudgetBook(budgets.map(\.rule), routes: [cheap.name: cheap])
    }

    /// - Parameter conditions: what a route goes by.
    func request(
        number: Int, by conditions: RouteConditions, using random: inout SeededGenerator
    ) throws -> (Exchange.Request, Itinerary) {
        func roll(_ sides: Int) -> Int { Int(random.next(upperBound: UInt64(sides))) }
        let bound = 1 + roll(100)
        var demand = Demand(
            inputBound: InputCount(bound), inputEstimate: 1 + roll(bound),
            outputLimit: roll(4) == 0 ? nil : 1 + roll(50),
            answers: 1 + roll(3), producesOutput: roll(20) > 0, streams: roll(2) == 0)
        var route = route
        // Some requests name one target and have nowhere else to go.
        if roll(4) == 0 { route = Route(route, choices: [route.choices[roll(route.choices.count)]]) }
        if roll(6) == 0, route.choices.contains(where: { !Self.blind.contains($0.candidate.target) }) {
            demand.needs = .vision
        }
        var source = RandomSource(seed: random.next())
        let order = try route.candidates(for: demand, by: conditions, using: &source)
        let request = Exchange.Request(
            id: RequestID(at: conditions.now, using: &random), key: "app", user: "user-\(number % 4)", route: route,
            endpoint: "chat/completions", demand: demand, candidates: order,
            maxCost: roll(8) == 0 ? Money(nanodollars: Int64(1 + roll(900_000))) : nil,
            onBudget: [nil, nil, .clamp, .reject, .degrade][roll(5)], priority: roll(4) == 0 ? .batch : .interactive)
        return (request, itinerary(of: request, inputBound: bound, along: route))
    }

    /// Where it may go, worked out without the rules of ``Route``.
    private func itinerary(of request: Exchange.Request, inputBound: Int, along route: Route) -> Itinerary {
        var itinerary = Itinerary(began: request.id.time, streams: request.demand.streams)
        itinerary.isCapped = request.maxCost != nil
        for choice in route.choices {
            let target = choice.candidate.target
            if request.demand.needs == .vision && Self.blind.contains(target) { continue }
            itinerary.priorities[target] = choice.priority
            let most = inputBound + (request.demand.outputLimit ?? 0)
            if let context = Self.contexts[target], most > context { continue }
            itinerary.fitting.insert(target)
        }
        return itinerary
    }
}
