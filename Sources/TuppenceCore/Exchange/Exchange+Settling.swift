/// What an attempt is booked at, and how the exchange ends.
extension Exchange {
    func conclude(_ outcome: AttemptOutcome, _ ending: Ending, at now: Timestamp) {
        if rival != nil {
            dropRival(outcome == .aborted || now >= exchangeDeadline ? .aborted : .overtaken, at: now)
        }
        deadline = .distantFuture
        phase = .settling(ending)
        settle(outcome, at: now, awaited: true)
    }

    func settle(_ outcome: AttemptOutcome, at now: Timestamp, awaited: Bool) {
        guard let attempt else { return }
        let settlement = settlement(of: attempt, meter, permit, outcome, at: now)
        permit = nil
        if awaited { meter.settle(at: settlement.entry.usage) }
        actions.append(awaited ? .ask(.settle(settlement)) : .tell(.settle(settlement)))
        self.attempt = awaited ? attempt : nil
    }

    /// Settles an attempt that is not the one in flight.
    ///
    /// - Parameter permit: the room that it took.
    func book(
        _ attempt: Attempt, _ meter: AttemptMeter, _ permit: HeadroomPermit?, _ outcome: AttemptOutcome,
        at now: Timestamp
    ) {
        actions.append(.tell(.settle(settlement(of: attempt, meter, permit, outcome, at: now))))
    }

    private func settlement(
        of attempt: Attempt, _ meter: AttemptMeter, _ permit: HeadroomPermit?, _ outcome: AttemptOutcome,
        at now: Timestamp
    ) -> Settlement {
        if meter.lacksInput { lookCloser() }
        let settlement = request.settlement(of: attempt, meter, outcome, at: now)
        cost += settlement.entry.price
        let entry = settlement.entry
        if let permit {
            headroom?.giveBack(permit, used: meter.wasSent && meter.hasLeft ? entry.usage.tokens : nil)
        }
        attempt.candidate.memory?.note(entry, of: request.demand, at: now)
        return settlement
    }

    func settled(_ left: Money?, _ warnings: [BudgetWarning]) {
        if let left {
            remaining = left
            self.warnings = warnings
            if let hold = attempt?.hold {
                leavesTooLittle = left < (request.terms?.wallet == nil ? hold.amount : hold.price)
            }
        }
        guard case .settling(let ending) = phase else { return }
        end(ending)
    }

    /// Ends the exchange, as soon as the attempt that has just failed is in the ledger, if one has: nobody hears of an end
    /// before what it has cost is there.
    func endWhenBooked(_ ending: Ending) {
        guard actions.awaitSettlement() else { return end(ending) }
        leaveLine()
        deadline = .distantFuture
        phase = .settling(ending)
    }

    func end(_ ending: Ending) {
        phase = .done
        deadline = .distantFuture
        giveBackRoom()
        leaveLine()
        switch ending {
        case .finish: actions.append(.finish)
        case .forwardError: actions.append(.forwardError)
        case .refuse(let refusal): actions.append(.refuse(refusal))
        case .serveCached(let refusal): actions.append(.serveCached(otherwise: refusal))
        case .abandon: actions.append(.abandon)
        }
    }

    /// The line of the ledger for an answer that was given before, by `target`, and is given again: nothing was used.
    public func entryFromCache(of target: Target, at now: Timestamp) -> LedgerEntry {
        LedgerEntry(
            attempt: AttemptID(request: request.id, number: attemptsMade + 1), at: now,
            attribution: request.attribution, target: target, outcome: .cached, status: 200, usage: Usage(),
            cost: .zero, estimated: false, reportedCost: nil, rateCardVersion: "", duration: Milliseconds(0),
            firstContent: nil)
    }

    /// What the attempt in flight has been settled at, or will be if it ends now, as far as its provider has counted: what a
    /// usage chunk shows its reader.
    public var runningCost: Cost? {
        meter.reported.flatMap { charge(for: $0, service: meter.service) }
    }

    /// What the whole request will have cost when the answer in flight is complete; nil where that is not known before.
    public var foreseenCost: Money? {
        guard let attempt, isCostKnown else { return nil }
        return request.foreseenPrice(of: attempt, meter).map { cost + $0 }
    }

    /// What the attempt in flight has used, likewise.
    public var runningUsage: Usage? { attempt == nil ? nil : meter.reported }

    /// How much input the attempt in flight is settled for where its provider counts nothing.
    public var inputEstimate: Int { attempt.map { request.inputEstimate(for: $0.candidate) } ?? 0 }

    /// What the caller is charged if the attempt in flight has used `usage`.
    ///
    /// - Parameter service: the tier of service that the answer names, if it names one.
    public func charge(for usage: Usage, service: ServiceTier?) -> Cost? {
        attempt.map { charge(for: usage, service: service, by: $0) }
    }

    /// The same for an attempt that is not the one in flight.
    public func charge(for usage: Usage, service: ServiceTier?, by attempt: Attempt) -> Cost {
        let counted = request.completing(usage, by: attempt.candidate)
        let usage = request.standIn(for: counted, by: attempt.candidate) ?? counted
        let cost = request.cost(of: usage, by: attempt.candidate, service: service)
        return request.price(of: usage, cost: cost, by: attempt.candidate, service: service)
    }
}
