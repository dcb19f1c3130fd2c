/// Budgets as somebody has read them, which are asked what they would say, by the ledger's own rules. Nothing is held.
struct AskedBooks: LedgerState {
    let balances: [BudgetAccount: Balance]

    /// What the exchange would do first.
    ///
    /// - Parameter rough: its input as it is counted where budgets have plenty; nil where it is counted closely at once.
    func outcome(
        of request: Exchange.Request, _ rough: Demand?, _ defaults: Policy.Defaults, _ budgets: BudgetBook,
        at now: Timestamp
    ) -> RouteExplanation.Outcome {
        let exchange = Exchange(
            Exchange.Request(request, demand: rough), defaults: defaults, budgets: budgets)
        if rough != nil {
            exchange.closer = KnownCount(request.demand)
            noteRoom(for: request, budgets, at: now)
        }
        var next: Exchange.Event? = .begin
        while let event = next {
            next = nil
            for action in exchange.handle(event, at: now) {
                switch action {
                case .ask(.hold(let hold)):
                    guard let denial = denial(of: hold) else {
                        guard let attempt = exchange.attempt else { preconditionFailure("a hold without an attempt") }
                        return .sent(attempt, degradedTo: exchange.degradedRoute)
                    }
                    next = .denied(denial)
                case .refuse(let refusal), .serveCached(let refusal): return .refused(refusal)
                default: preconditionFailure("nothing was sent, and the exchange wants \(action)")
                }
            }
        }
        preconditionFailure("an exchange that ended without a word")
    }

    /// Whether there is plenty an exchange sees by what a ledger has noted last, which may have been asked nothing yet.
    private func noteRoom(for request: Exchange.Request, _ budgets: BudgetBook, at now: Timestamp) {
        for candidate in request.candidates {
            for claim in budgets.claims(of: request, on: candidate.target, at: now) {
                claim.noteRoom(balance(of: claim.account))
            }
        }
    }

    /// What budgets would say to an attempt on one target; nil where all have room for it.
    func denial(
        of line: RouteExplanation.Line, _ request: Exchange.Request, _ budgets: BudgetBook, at now: Timestamp
    ) -> BudgetDenial? {
        let target = line.candidate.target
        let hold = Hold(
            attempt: AttemptID(request: request.id, number: 1), amount: line.candidate.rates.bound(line.most),
            price: line.mostPrice, claims: budgets.claims(of: request, on: target, at: now), expiresAt: now,
            target: target, attribution: request.attribution)
        return denial(of: hold)
    }

    private func denial(of hold: Hold) -> BudgetDenial? {
        var books = self
        do {
            guard case .denied(let denial) = try books.perform(.hold(hold)) else { return nil }
            return denial
        } catch { preconditionFailure("balances in memory failed: \(error)") }
    }

    // MARK: LedgerState

    func balance(of account: BudgetAccount) -> Balance { balances[account] ?? Balance() }
    func setBalance(_ balance: Balance, of account: BudgetAccount) {}
    func hasHold(of attempt: AttemptID) -> Bool { false }
    func insert(_ hold: Hold) {}
    func removeHold(of attempt: AttemptID) -> Bool { false }
    func holdsExpiring(by time: Timestamp) -> [OpenHold] { [] }
    func append(_ entry: LedgerEntry, closing hold: ClosedHold) -> Bool { false }
    func append(_ topUp: TopUp) -> Bool { false }
    func outcome(of attempt: AttemptID) -> AttemptOutcome? { nil }
}

/// A closer count that has been made.
private final class KnownCount: CloserCount {
    private let demand: Demand

    init(_ demand: Demand) { self.demand = demand }

    func closerDemand() -> Demand? { demand }
}
