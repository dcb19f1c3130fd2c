import TuppenceCore
import TuppenceTesting

/// A settlement is changed on its way to the ledger.
struct SettlementChanged: Mutation {
    let name: String
    let change: @Sendable (Settlement, Exchange, Timestamp) -> Settlement

    func asking(_ operation: LedgerOperation, of exchange: Exchange, at now: Timestamp) -> LedgerOperation {
        guard case .settle(let settlement) = operation else { return operation }
        return .settle(change(settlement, exchange, now))
    }
}

extension SettlementChanged {
    static let abortedIsFree = SettlementChanged(name: "an aborted attempt settles at nothing") { settlement, _, _ in
        settlement.entry.outcome == .aborted ? settlement.free : settlement
    }

    static let truncatedIsFree = SettlementChanged(name: "an answer that broke off settles at nothing") {
        settlement, _, _ in
        settlement.entry.outcome == .truncated ? settlement.free : settlement
    }

    static let failedIsFree = SettlementChanged(name: "an attempt that failed and is billed is not booked") {
        settlement, _, _ in
        settlement.entry.outcome == .failed ? settlement.free : settlement
    }

    /// Only what is on whole answers counts, whatever comes of the others.
    static let lateCountDropped = SettlementChanged(name: "a count that comes late is not booked") { settlement, _, _ in
        let entry = settlement.entry
        return entry.outcome != .completed && !entry.estimated ? settlement.free : settlement
    }

    /// Each line of a bill loses its fraction.
    static let roundedDown = SettlementChanged(name: "prices are rounded down") { settlement, exchange, _ in
        let entry = settlement.entry
        guard let candidate = exchange.request.candidates.first(where: { $0.target == entry.target }),
            entry.cost != .zero
        else { return settlement }
        let card = candidate.rates
        let rates = card.tiers.last { entry.usage.totalInput > $0.inputTokens }?.rates ?? card.standard
        let lines = UsageKind.allCases.map { rates[$0].picodollars * Int64(entry.usage[$0]) / 1_000 }
        return settlement.with(cost: card.perRequest + Money(nanodollars: lines.reduce(0, +)))
    }

    /// The cost goes to the window in which the answer ended, and not to the one that held for it.
    static let windowOfTheEnd = SettlementChanged(name: "spend is booked into the window of the settlement") {
        settlement, _, now in
        let claims = settlement.hold.claims.map { claim in
            let window = BudgetWindow(claim.rule.period, containing: now)
            return BudgetClaim(
                account: BudgetAccount(name: claim.account.name, windowStart: window.start), rule: claim.rule,
                resetsAt: window.end)
        }
        let hold = settlement.hold
        return Settlement(
            hold: Hold(
                attempt: hold.attempt, amount: hold.amount, claims: claims, expiresAt: hold.expiresAt,
                target: hold.target, attribution: hold.attribution),
            entry: settlement.entry)
    }
}

extension Settlement {
    var free: Settlement { with(cost: .zero) }

    fileprivate func with(cost: Money) -> Settlement {
        var entry = entry
        entry.cost = cost
        return Settlement(hold: hold, entry: entry)
    }
}

/// A caller who leaves before the hold is granted is forgotten, and the hold with them.
struct UnsentForgotten: Mutation {
    let name = "a hold granted after the caller left is not given back"

    func performing(_ operation: LedgerOperation, on ledger: inout InMemoryLedgerStore.Contents, at time: Timestamp)
        throws -> LedgerOutcome
    {
        if case .settle(let settlement) = operation, settlement.entry.outcome == .aborted,
            settlement.entry.duration == Milliseconds(0), settlement.entry.cost == .zero
        {
            return .settled(remaining: nil, late: false)
        }
        return try ledger.perform(operation)
    }
}

/// The hold is given back at once and the cost booked with the next operation: in between there is too much room.
struct ReleaseBeforeSettle: Mutation {
    let name = "the hold is released before the cost is booked"
    private var unbooked: [Settlement] = []

    mutating func performing(
        _ operation: LedgerOperation, on ledger: inout InMemoryLedgerStore.Contents, at time: Timestamp
    ) throws -> LedgerOutcome {
        var outcome = LedgerOutcome.settled(remaining: nil, late: false)
        var settlement: Settlement?
        if case .settle(let asked) = operation, ledger.removeHold(of: asked.hold.attempt) {
            settlement = asked
            for account in asked.hold.accounts { ledger.balances[account]?.held -= asked.hold.amount }
        } else {
            outcome = try ledger.perform(operation)
        }
        for waiting in unbooked { _ = try ledger.perform(.settle(waiting)) }
        unbooked = settlement.map { [$0] } ?? []
        return outcome
    }
}

/// The sweep has ended the hold, and the truth that comes after it is thrown away.
struct LateIsDropped: Mutation {
    let name = "a settlement after the hold's end is dropped"

    func performing(_ operation: LedgerOperation, on ledger: inout InMemoryLedgerStore.Contents, at time: Timestamp)
        throws -> LedgerOutcome
    {
        if case .settle(let settlement) = operation, ledger.outcome(of: settlement.hold.attempt) == .expired {
            return .alreadySettled
        }
        return try ledger.perform(operation)
    }
}

/// Thresholds are looked at and nobody is told.
struct ThresholdsForgotten: Mutation {
    let name = "a settlement does not tell of the threshold that it passes"

    func performing(_ operation: LedgerOperation, on ledger: inout InMemoryLedgerStore.Contents, at time: Timestamp)
        throws -> LedgerOutcome
    {
        let outcome = try ledger.perform(operation)
        guard case .settled(let remaining, let late, _) = outcome else { return outcome }
        return .settled(remaining: remaining, late: late)
    }
}

/// A settlement that is tried again is not recognized.
struct SettledTwice: Mutation {
    let name = "a settlement that is tried again is recorded twice"

    func performing(_ operation: LedgerOperation, on ledger: inout InMemoryLedgerStore.Contents, at time: Timestamp)
        throws -> LedgerOutcome
    {
        let outcome = try ledger.perform(operation)
        guard outcome == .alreadySettled, case .settle(let settlement) = operation else { return outcome }
        var entry = settlement.entry
        let attempt = AttemptID(request: entry.attempt.request, number: entry.attempt.number + 500)
        entry.attempt = attempt
        let hold = settlement.hold
        let again = Hold(
            attempt: attempt, amount: hold.amount, claims: hold.claims, expiresAt: hold.expiresAt,
            target: hold.target, attribution: hold.attribution)
        return try ledger.perform(.settle(Settlement(hold: again, entry: entry)))
    }
}
