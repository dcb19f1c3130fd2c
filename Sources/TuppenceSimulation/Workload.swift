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
    let book: BudgetBook
    private let candidates: [Candidate]
    private let hedging: Hedging?

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
        let candidates = Self.prices.sorted { $0.key.description < $1.key.description }.map { target, prices in
            Candidate(
                target: target, rates: prices.card, contextLength: target.model == "small" ? 80 : nil,
                maxOutputTokens: target.model == "cheap" ? 45 : nil,
                onDisconnect: Self.habits[target] ?? .stopsStreams,
                limits: TargetLimits(ProviderLimits(models: ["*": limits]), of: target.model))
        }
        self.candidates = candidates
        hedging = scenario.firstTokenWithin.map { Hedging(firstTokenWithin: $0, share: scenario.hedgeShare) }
        let cheap = Route(
            name: BudgetPlan.cheapRoute,
            choices: candidates.filter { $0.target.model == "cheap" }.map { Route.Choice(candidate: $0) },
            maxOutputTokens: 30, outputFloor: 2)
        book = BudgetBook(budgets.map(\.rule), routes: [cheap.name: cheap])
    }

    func request(number: Int, at time: Timestamp, using random: inout SeededGenerator) -> Exchange.Request {
        func roll(_ sides: Int) -> Int { Int(random.next(upperBound: UInt64(sides))) }
        let bound = 1 + roll(100)
        let demand = Demand(
            inputBound: InputCount(bound), inputEstimate: 1 + roll(bound),
            outputLimit: roll(4) == 0 ? nil : 1 + roll(50),
            answers: 1 + roll(3), producesOutput: roll(20) > 0, streams: roll(2) == 0)
        // Some requests name one target and have nowhere else to go.
        let order = roll(4) == 0 ? [candidates[roll(candidates.count)]] : candidates.shuffled(using: &random)
        return Exchange.Request(
            id: RequestID(at: time, using: &random), key: "app", user: "user-\(number % 4)",
            route: Route(name: "fast", choices: [], hedging: hedging), endpoint: "chat/completions", demand: demand, candidates: order,
            maxCost: roll(8) == 0 ? Money(nanodollars: Int64(1 + roll(900_000))) : nil,
            onBudget: [nil, nil, .clamp, .reject, .degrade][roll(5)], priority: roll(4) == 0 ? .batch : .interactive)
    }
}
