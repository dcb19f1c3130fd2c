import TuppenceCore
import TuppenceTesting

/// What callers ask for in a simulated world, and within what budgets.
public struct Workload: Sendable {
    public var rules: [BudgetRule]
    public var defaults: Policy.Defaults
    private let candidates: [Candidate]

    /// Two providers, one ten times as dear as the other, and budgets that run out on the way.
    public static let standard = Workload(
        rules: [
            Samples.rule("app-total", limit: Money(nanodollars: 2_000_000), period: .total),
            BudgetRule(name: "each-user", scope: [.user: .each], limit: Money(nanodollars: 700_000), period: .day),
            BudgetRule(
                name: "dear-model", scope: [.model: .exactly("large")], limit: Money(nanodollars: 900_000),
                period: .month),
        ])

    init(rules: [BudgetRule]) {
        self.rules = rules
        var defaults = Policy.Defaults()
        defaults.attemptTimeout = .seconds(2)
        defaults.requestTimeout = .seconds(10)
        self.defaults = defaults
        candidates = [("small", 100_000), ("large", 1_000_000)].map { model, picodollars in
            let rate = Rate(picodollars: Int64(picodollars))
            return Candidate(
                target: Target(provider: "acme", model: model),
                rates: RateCard(version: "1", standard: .init(input: rate, output: rate)))
        }
    }

    func request(number: Int, at time: Timestamp, using random: inout SeededGenerator) -> Exchange.Request {
        let bound = 1 + Int(random.next(upperBound: UInt64(100)))
        let demand = Demand(
            inputBound: bound, inputEstimate: 1 + bound / 4, outputLimit: 1 + Int(random.next(upperBound: UInt64(50))),
            answers: 1 + Int(random.next(upperBound: UInt64(3))), streams: random.next(upperBound: UInt64(2)) == 0)
        let route = Route(
            name: "fast", choices: candidates.enumerated().map { Route.Choice(candidate: $1, priority: $0) })
        return Exchange.Request(
            id: RequestID(at: time, using: &random), key: "app", user: "user-\(number % 4)", route: route,
            endpoint: "chat/completions", demand: demand, candidates: route.order(using: &random))
    }
}
