import TuppenceCore
import TuppenceTesting

/// Requests are sent without asking the ledger.
struct HoldSkipped: Mutation {
    let name = "the hold is skipped"

    func performing(_ operation: LedgerOperation, on ledger: inout InMemoryLedgerStore.Contents, at time: Timestamp)
        throws -> LedgerOutcome
    {
        if case .hold = operation { return .held(remaining: nil) }
        return try ledger.perform(operation)
    }
}

/// The lower limit of a clamped request is sent without a hold for it.
struct ClampUnheld: Mutation {
    let name = "what is clamped is sent without a hold"
    private var denied: Set<AttemptID> = []

    mutating func performing(
        _ operation: LedgerOperation, on ledger: inout InMemoryLedgerStore.Contents, at time: Timestamp
    ) throws -> LedgerOutcome {
        guard case .hold(let hold) = operation else { return try ledger.perform(operation) }
        if denied.contains(hold.attempt), hold.claims.contains(where: { $0.rule.actions.contains(.clamp) }) {
            return .held(remaining: nil)
        }
        let outcome = try ledger.perform(operation)
        if case .denied = outcome { denied.insert(hold.attempt) }
        return outcome
    }
}

/// A hold is changed on its way to the ledger.
struct HoldChanged: Mutation {
    let name: String
    let change: @Sendable (Hold, Exchange, Timestamp) -> Hold

    func asking(_ operation: LedgerOperation, of exchange: Exchange, at now: Timestamp) -> LedgerOperation {
        guard case .hold(let hold) = operation else { return operation }
        return .hold(change(hold, exchange, now))
    }
}

extension HoldChanged {
    /// Three answers are asked for, one is held for.
    static let boundIgnoresAnswers = HoldChanged(name: "the hold is for one answer of several") { hold, exchange, _ in
        guard let attempt = exchange.attempt else { return hold }
        let bound = attempt.candidate.rates.bound(
            inputTokens: exchange.request.demand.inputBound.bound(by: attempt.candidate.inputRules),
            outputTokens: attempt.outputLimit ?? 0)
        return hold.with(amount: min(bound, hold.amount))
    }

    static let idReused = HoldChanged(name: "a retry reuses the attempt's id") { hold, _, _ in
        hold.with(attempt: AttemptID(request: hold.attempt.request, number: 1))
    }

    static let budgetForgotten = HoldChanged(name: "a budget for each user is forgotten") { hold, _, _ in
        hold.with(claims: hold.claims.filter { !$0.rule.isPerValue })
    }

    /// What ends at midnight is taken to include midnight.
    static let windowEdge = HoldChanged(name: "the first millisecond of a window counts to the one before") {
        hold, _, now in
        hold.with(
            claims: hold.claims.map { claim in
                let window = BudgetWindow(claim.rule.period, containing: Timestamp(milliseconds: now.milliseconds - 1))
                return BudgetClaim(
                    account: BudgetAccount(name: claim.account.name, windowStart: window.start), rule: claim.rule,
                    resetsAt: window.end)
            })
    }

    static let thresholdIgnored = HoldChanged(name: "a threshold sends nothing elsewhere") { hold, _, _ in
        hold.with(yieldsToThresholds: false)
    }

    static let limitStretched = HoldChanged(name: "a limit is a thousandth too high") { hold, _, _ in
        hold.with(
            claims: hold.claims.map { claim in
                var scope: [BudgetDimension: BudgetRule.Match] = [.key: .exactly(hold.key)]
                if claim.rule.isPerValue { scope = [.user: .each] }
                let limit = Money(nanodollars: claim.limit.nanodollars + claim.limit.nanodollars / 1_000)
                return BudgetClaim(
                    account: claim.account,
                    rule: BudgetRule(name: claim.rule.name, scope: scope, limit: limit, period: claim.rule.period),
                    resetsAt: claim.resetsAt)
            })
    }
}

/// A target without a price is taken to cost nothing.
struct UnpricedIsFree: Mutation {
    let name = "what has no price is free"

    func pricing(_ candidates: [Candidate]) -> [Candidate] {
        candidates.map { candidate in
            candidate.target.model == "cheap"
                ? candidate.with(RateCard(version: "unpriced", standard: .init(input: .free))) : candidate
        }
    }
}

/// The dearer prices of long contexts are not known.
struct TiersForgotten: Mutation {
    let name = "the rates for long contexts are forgotten"

    func pricing(_ candidates: [Candidate]) -> [Candidate] {
        candidates.map { candidate in
            var rates = candidate.rates
            rates.tiers = []
            return candidate.with(rates)
        }
    }
}

/// Providers are not what they are known as when a connection is closed.
struct HabitMistaken: Mutation {
    let name: String
    let habit: DisconnectHabit

    func pricing(_ candidates: [Candidate]) -> [Candidate] { candidates.map { $0.with(habit: habit) } }

    static let lateUsageIgnored = HabitMistaken(name: "late usage is ignored", habit: .stops)
    static let readForNobody = HabitMistaken(
        name: "a stream that nobody reads is paid for to its end", habit: .finishes)
}

/// What targets take is forgotten.
struct LimitsForgotten: Mutation {
    let name = "targets' limits are forgotten"

    func pricing(_ candidates: [Candidate]) -> [Candidate] { candidates.map { $0.with(isLimited: false) } }
}

extension Candidate {
    fileprivate func with(
        _ rates: RateCard? = nil, habit: DisconnectHabit? = nil, isLimited: Bool = true
    ) -> Candidate {
        Candidate(
            target: target, rates: rates ?? self.rates, contextLength: contextLength, maxOutputTokens: maxOutputTokens,
            onDisconnect: habit ?? onDisconnect, limits: isLimited ? limits : nil)
    }
}

extension Hold {
    /// The same hold but for what is named.
    func with(
        attempt: AttemptID? = nil, amount: Money? = nil, claims: [BudgetClaim]? = nil, yieldsToThresholds: Bool? = nil
    ) -> Hold {
        Hold(
            attempt: attempt ?? self.attempt, amount: amount ?? self.amount, claims: claims ?? self.claims,
            expiresAt: expiresAt, target: target, attribution: attribution,
            yieldsToThresholds: yieldsToThresholds ?? self.yieldsToThresholds)
    }
}
