/// What the attempts of a request may cost, and what they have cost.
extension Exchange.Request {
    func bound(_ candidate: Candidate, outputLimit: Int?) -> Money {
        candidate.rates.bound(inputTokens: inputBound(for: candidate), outputTokens: allAnswers(outputLimit))
    }

    /// The tokens of all answers together, where each is limited to so many.
    func allAnswers(_ outputLimit: Int?) -> Int {
        let (output, overflow) = (outputLimit ?? 0).multipliedReportingOverflow(by: demand.answers)
        return overflow ? .max : output
    }

    /// The most that the caller may be charged for what costs `amount` at the most.
    func priceBound(_ amount: Money, _ candidate: Candidate, outputLimit: Int?) -> Money {
        guard let pricing = terms?.pricing else { return amount }
        return pricing.bound(
            amount, inputTokens: inputBound(for: candidate), outputTokens: allAnswers(outputLimit),
            by: candidate.target)
    }

    /// What the caller is charged for usage that costs `cost`.
    func price(of usage: Usage, cost: Cost, by target: Target) -> Cost {
        guard let pricing = terms?.pricing else { return cost }
        return pricing.price(of: usage, cost: cost, by: target)
    }

    /// Whether the attempt's hold covers `usage`: what it costs, and what the caller is charged for it.
    func isHeld(_ usage: Usage, by attempt: Exchange.Attempt) -> Bool {
        let cost = attempt.candidate.rates.cost(of: usage)
        return cost.total <= attempt.hold.amount
            && price(of: usage, cost: cost, by: attempt.candidate.target).total <= attempt.hold.price
    }

    /// Each input may fill the model's context for itself.
    func inputBound(for candidate: Candidate) -> Int {
        guard let context = candidate.contextLength else { return demand.inputBound }
        let (room, overflow) = context.multipliedReportingOverflow(by: demand.inputs)
        return overflow ? demand.inputBound : min(demand.inputBound, room)
    }

    func inputEstimate(for candidate: Candidate) -> Int {
        min(demand.inputEstimate, inputBound(for: candidate))
    }

    /// Whether the provider of `attempt` has gone so far beyond the output limit it was given that it is to be cut off, before
    /// it has used up what is held.
    func isOverrun(_ attempt: Exchange.Attempt, _ meter: AttemptMeter) -> Bool {
        guard demand.streams, attempt.outputLimit != nil else { return false }
        let allowed = allAnswers(attempt.outputLimit)
        guard meter.outputPieces > allowed else { return false }
        let room = meter.room(
            beyond: allowed, inputEstimate: inputEstimate(for: attempt.candidate),
            isHeld: { isHeld($0, by: attempt) })
        return meter.isBeyond(allowed, room: room)
    }

    /// The end of `attempt` in the ledger.
    func settlement(
        of attempt: Exchange.Attempt, _ meter: AttemptMeter, _ outcome: AttemptOutcome, at now: Timestamp
    ) -> Settlement {
        let bill = meter.bill(
            inputEstimate: inputEstimate(for: attempt.candidate), rates: attempt.candidate.rates, outcome: outcome,
            limit: allAnswers(attempt.outputLimit), isHeld: { isHeld($0, by: attempt) })
        let price = price(of: bill.usage, cost: bill.cost, by: attempt.candidate.target).total
        let entry = LedgerEntry(
            attempt: attempt.id, at: now, attribution: attribution, target: attempt.candidate.target,
            outcome: outcome,
            status: meter.status, usage: bill.usage, cost: bill.cost.total, estimated: bill.estimated,
            reportedCost: meter.reportedCost, rateCardVersion: attempt.candidate.rates.version,
            duration: meter.wasSent ? now - meter.sentAt : Milliseconds(0), firstContent: meter.firstContent,
            price: price, isPrepaid: terms?.wallet != nil)
        return Settlement(hold: attempt.hold, entry: entry)
    }
}
