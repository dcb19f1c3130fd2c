/// What the attempts of a request may cost, and what they have cost.
extension Exchange.Request {
    func bound(_ candidate: Candidate, outputLimit: Int?) -> Money {
        candidate.rates.bound(candidate.most(of: demand, outputLimit: outputLimit))
    }

    /// The most that the caller may be charged for what costs `amount` at the most.
    func priceBound(_ amount: Money, _ candidate: Candidate, outputLimit: Int?) -> Money {
        guard let pricing = terms?.pricing else { return amount }
        return pricing.bound(
            amount, of: candidate.most(of: demand, outputLimit: outputLimit), at: candidate.rates, by: candidate.target)
    }

    /// Both.
    func bounds(_ candidate: Candidate, outputLimit: Int?) -> (cost: Money, price: Money) {
        let amount = bound(candidate, outputLimit: outputLimit)
        return (amount, priceBound(amount, candidate, outputLimit: outputLimit))
    }

    /// The tokens that all answers of `attempt` together are held for.
    func outputHeld(by attempt: Exchange.Attempt) -> Int {
        attempt.candidate.outputBound(of: demand, outputLimit: attempt.outputLimit)
    }

    /// What `usage` costs: in the tier of service that the answer names, or else in the one that was asked for.
    func cost(of usage: Usage, by candidate: Candidate, service: ServiceTier?) -> Cost {
        candidate.rates.cost(of: usage, service: service ?? candidate.service(for: demand))
    }

    /// What the caller is charged for usage that costs `cost`.
    func price(of usage: Usage, cost: Cost, by candidate: Candidate, service: ServiceTier?) -> Cost {
        guard let pricing = terms?.pricing else { return cost }
        return pricing.price(
            of: usage, cost: cost, at: candidate.rates, service: service ?? candidate.service(for: demand),
            by: candidate.target)
    }

    /// Whether the attempt's hold covers `usage`: what it costs, and what the caller is charged for it.
    private func isHeld(_ usage: Usage, by attempt: Exchange.Attempt, service: ServiceTier?) -> Bool {
        let cost = cost(of: usage, by: attempt.candidate, service: service)
        return cost.total <= attempt.hold.amount
            && price(of: usage, cost: cost, by: attempt.candidate, service: service).total <= attempt.hold.price
    }

    func inputEstimate(for candidate: Candidate) -> Int {
        min(demand.inputEstimate, candidate.inputBound(of: demand))
    }

    /// Whether the provider of `attempt` has gone so far beyond the output limit it was given that it is to be cut off, before
    /// it has used up what is held.
    func isOverrun(_ attempt: Exchange.Attempt, _ meter: AttemptMeter) -> Bool {
        guard demand.streams, attempt.outputLimit != nil else { return false }
        let allowed = outputHeld(by: attempt)
        guard meter.outputPieces > allowed else { return false }
        let room = meter.room(
            beyond: allowed, inputEstimate: inputEstimate(for: attempt.candidate),
            isHeld: { isHeld($0, by: attempt, service: meter.service) })
        return meter.isBeyond(allowed, room: room)
    }

    /// Whether all answers of a stream have said why they end.
    func isFinished(_ meter: AttemptMeter) -> Bool { demand.streams && meter.finished >= demand.answers }

    /// Whether the request itself says what its answer costs: the characters that are spoken, the images that are made, where
    /// nothing else is charged.
    private func isKnownBeforehand(_ outcome: AttemptOutcome, _ rates: RateCard) -> Bool {
        guard let kind = demand.pieces?.kind, kind == .character || kind == .image, outcome == .completed else {
            return false
        }
        return rates.standard[kind] != .free && !rates.chargesTokens
    }

    /// A provider's count, with what `candidate` charges for by the piece and does not count.
    func completing(_ usage: Usage, by candidate: Candidate) -> Usage {
        demand.pieces?.completing(usage, by: candidate.rates) ?? usage
    }

    /// What is charged in place of what `candidate` has counted, where no price is known for any of that; nil where there is one.
    func standIn(for counted: Usage, by candidate: Candidate) -> Usage? {
        guard let pieces = demand.pieces else { return nil }
        return pieces.standIn(for: counted, inputEstimate: inputEstimate(for: candidate), by: candidate.rates)
            .map { pieces.completing($0, by: candidate.rates) }
    }

    /// What `attempt` has come to, with what the caller is charged for it.
    private func bill(
        of attempt: Exchange.Attempt, _ meter: AttemptMeter, _ outcome: AttemptOutcome
    ) -> (usage: Usage, cost: Cost, estimated: Bool, price: Money) {
        var bill = meter.bill(
            inputEstimate: inputEstimate(for: attempt.candidate), pieces: demand.pieces?.usual, outcome: outcome,
            limit: outputHeld(by: attempt),
            cost: { cost(of: $0, by: attempt.candidate, service: meter.service) },
            isHeld: { isHeld($0, by: attempt, service: meter.service) })
        if bill.estimated, let pieces = demand.pieces {
            // Sound is no cheaper where nobody has counted it.
            let usage = pieces.completing(bill.usage, by: attempt.candidate.rates)
            bill = (usage, cost(of: usage, by: attempt.candidate, service: meter.service), true)
        }
        if let usage = standIn(for: bill.usage, by: attempt.candidate) {
            bill = (usage, cost(of: usage, by: attempt.candidate, service: meter.service), true)
        }
        let price = price(of: bill.usage, cost: bill.cost, by: attempt.candidate, service: meter.service).total
        return (bill.usage, bill.cost, bill.estimated, price)
    }

    /// What the caller will be charged for `attempt` when its answer is complete, where its request alone decides that: of speech
    /// by its characters.
    func foreseenPrice(of attempt: Exchange.Attempt, _ meter: AttemptMeter) -> Money? {
        guard demand.pieces?.kind == .character, isKnownBeforehand(.completed, attempt.candidate.rates) else {
            return nil
        }
        return bill(of: attempt, meter, .completed).price
    }

    /// The end of `attempt` in the ledger.
    func settlement(
        of attempt: Exchange.Attempt, _ meter: AttemptMeter, _ outcome: AttemptOutcome, at now: Timestamp
    ) -> Settlement {
        let bill = bill(of: attempt, meter, outcome)
        let entry = LedgerEntry(
            attempt: attempt.id, at: now, attribution: attribution, target: attempt.candidate.target,
            outcome: outcome,
            status: meter.status, usage: bill.usage, cost: bill.cost.total,
            estimated: bill.estimated && !isKnownBeforehand(outcome, attempt.candidate.rates),
            reportedCost: meter.reportedCost, rateCardVersion: attempt.candidate.rates.version,
            duration: meter.wasSent ? now - meter.sentAt : Milliseconds(0), firstContent: meter.firstContent,
            price: bill.price, isPrepaid: terms?.wallet != nil)
        return Settlement(hold: attempt.hold, entry: entry, targetNumber: attempt.candidate.targetNumber)
    }
}
