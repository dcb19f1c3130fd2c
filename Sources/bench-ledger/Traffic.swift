import TuppenceCore

/// A year of requests, of which few keys make the most and one in twenty takes a second attempt. On one route of six something is
/// tried out, by key.
struct Traffic {
    private(set) var made = 0
    private var random = RandomSource(seed: 1)
    private let keys: [Caller]
    private let targets: [Target]
    private let budgets: [BudgetRule]
    private let calmStep: Int64
    private var now: Timestamp

    /// The last request, and the first.
    private(set) var latest: (id: RequestID, key: String, at: Timestamp)
    private(set) var sample: RequestID

    init(keys: Int, models: Int, total: Int, from beginning: Timestamp) {
        now = beginning
        self.keys = (0..<keys).map { number in
            Caller(
                key: "key-\(number)", customer: number % 4 == 0 ? nil : "customer-\(number / 2)",
                route: "route-\(number % 6)",
                arm: number % 6 == 0 ? "trial/\(number % 12 == 0 ? "control" : "other")" : nil)
        }
        targets = (0..<models).map { Target(provider: "provider-\($0 % 4)", model: "model-\($0)") }
        budgets = [
            BudgetRule(name: "all-monthly", scope: [:], limit: .unlimited, period: .month),
            BudgetRule(name: "each-key-daily", scope: [.key: .each], limit: .unlimited, period: .day),
        ]
        calmStep = max(1, 365 * 86_400_000 / Int64(total))
        latest = (RequestID(high: 0, low: 0), "", beginning)
        sample = latest.id
    }

    private struct Caller {
        let key: String
        let customer: String?
        let route: String
        let arm: String?

        /// Of one of a thousand users, where something is tried out.
        func request(using random: inout RandomSource) -> Attribution {
            let user = arm.map { _ in "\(key)-\(Int.random(in: 0..<1_000, using: &random))" }
            return Attribution(
                key: key, customer: customer, user: user, route: route, endpoint: "chat/completions", arm: arm)
        }
    }

    /// - Parameter isBusy: a thousand a second, instead of a year's evenly.
    mutating func batch(of count: Int, isBusy: Bool) -> (holds: [LedgerOperation], settlements: [LedgerOperation]) {
        var holds: [LedgerOperation] = []
        var settlements: [LedgerOperation] = []
        for _ in 0..<count {
            now = now + Milliseconds(isBusy ? 1 : calmStep)
            let at = now
            let id = RequestID(at: at, using: &random)
            // The smaller of two draws: the first keys and models have the most.
            let caller = keys[min(draw(keys.count), draw(keys.count))]
            let attribution = caller.request(using: &random)
            let first = min(draw(targets.count), draw(targets.count))
            if draw(20) == 0 {
                add(id, 1, attribution, targets[first], at, .failed, to: &holds, &settlements)
                let next = targets[(first + 1) % targets.count]
                add(id, 2, attribution, next, at, .completed, to: &holds, &settlements)
            } else {
                add(id, 1, attribution, targets[first], at, .completed, to: &holds, &settlements)
            }
            made += 1
            if made == 1 { sample = id }
            latest = (id, attribution.key, at)
        }
        return (holds, settlements)
    }

    /// Goes on with other ids, whoever else goes on from the same traffic.
    mutating func skip() {
        random = RandomSource(seed: .random(in: .min ... .max))
        now = now + .seconds(1)
    }

    private mutating func draw(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    private mutating func add(
        _ id: RequestID, _ number: Int, _ attribution: Attribution, _ target: Target, _ at: Timestamp,
        _ outcome: AttemptOutcome, to holds: inout [LedgerOperation], _ settlements: inout [LedgerOperation]
    ) {
        let attempt = AttemptID(request: id, number: number)
        let subject = BudgetSubject(key: attribution.key, customer: attribution.customer, target: target)
        let hold = Hold(
            attempt: attempt, amount: Money(nanodollars: 900_000),
            claims: budgets.compactMap { $0.claim(by: subject, at: at) }, expiresAt: at + .seconds(900), target: target,
            attribution: attribution)
        let usage = outcome == .completed ? Usage(input: 200 + draw(2_000), output: 20 + draw(400)) : Usage()
        let cost = Money(nanodollars: Int64(usage.totalInput * 100 + usage.totalOutput * 400))
        let entry = LedgerEntry(
            attempt: attempt, at: at + Milliseconds(Int64(300 + draw(3_000))), attribution: attribution, target: target,
            outcome: outcome, status: outcome == .completed ? 200 : 503, usage: usage, cost: cost, estimated: false,
            reportedCost: nil, rateCardVersion: "catalogue-1", duration: Milliseconds(Int64(300 + draw(3_000))),
            firstContent: outcome == .completed ? Milliseconds(Int64(100 + draw(300))) : nil)
        holds.append(.hold(hold))
        settlements.append(.settle(Settlement(hold: hold, entry: entry)))
    }
}
