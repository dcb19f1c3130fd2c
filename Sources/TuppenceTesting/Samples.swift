import TuppenceCore

/// Values for tests that only need some value: a target, a hold, an entry.
public enum Samples {
    public static let target = Target(provider: "acme", model: "small")
    public static let start = Timestamp(seconds: 1_800_000_000)

    public static let attribution = Attribution(key: "app", user: "u", route: "fast", endpoint: "chat/completions")

    public static func rule(_ name: String = "daily", limit: Money, period: BudgetPeriod = .day) -> BudgetRule {
        BudgetRule(name: name, scope: [.key: .exactly("app")], limit: limit, period: period)
    }

    public static func attempt(_ number: Int, of request: UInt64 = 1) -> AttemptID {
        AttemptID(request: RequestID(high: request, low: 0), number: number)
    }

    public static func hold(
        _ attempt: AttemptID, _ amount: Int64, rules: [BudgetRule], at time: Timestamp = start,
        lasting span: Milliseconds = .seconds(60)
    ) -> Hold {
        let subject = BudgetSubject(key: "app", target: target)
        return Hold(
            attempt: attempt, amount: Money(nanodollars: amount),
            claims: rules.compactMap { $0.claim(by: subject, at: time) },
            expiresAt: time + span, target: target, attribution: attribution)
    }

    public static func settlement(
        of hold: Hold, cost: Int64, outcome: AttemptOutcome = .completed, at time: Timestamp = start
    ) -> LedgerOperation {
        .settle(
            Settlement(
                hold: hold,
                entry: LedgerEntry(
                    attempt: hold.attempt, at: time, attribution: hold.attribution, target: hold.target,
                    outcome: outcome, status: 200,
                    usage: Usage(input: 10, cachedInput: 1, output: 5, reasoning: 2), cost: Money(nanodollars: cost),
                    estimated: false, reportedCost: Money(nanodollars: 7), rateCardVersion: "v1",
                    duration: Milliseconds(12), firstContent: Milliseconds(3))))
    }

    /// What is written down for an answer that was given before.
    public static func note(_ attempt: AttemptID, at time: Timestamp = start) -> LedgerEntry {
        LedgerEntry(
            attempt: attempt, at: time, attribution: attribution, target: target, outcome: .cached, status: 200,
            usage: Usage(), cost: .zero, estimated: false, reportedCost: nil, rateCardVersion: "",
            duration: Milliseconds(0), firstContent: nil)
    }
}
