/// From one candidate to the next: what each may cost, and what is done where a budget has no room for it.
extension Exchange {
    func begin(at now: Timestamp) {
        precondition(phase == .ready, "an exchange begins once")
        began = now
        health?.began(at: now)
        headroom?.began(at: now)
        tryNext(at: now)
    }

    /// Asks for a hold on the next candidate, or ends the exchange if there is none left.
    func tryNext(at now: Timestamp) {
        // Of an attempt that was denied, and so never sent.
        giveBackRoom()
        var beyondCap: (price: Money, refusal: Refusal)?
        while let candidate = nextCandidate() {
            if request.maxCost == nil, isLeftAlone(candidate, at: now) { continue }
            let claims = claims(on: candidate, at: now)
            if closer != nil, !isRoomy(claims, for: candidate) { lookCloser() }
            let limit = outputLimit(for: candidate)
            let amount = request.bound(candidate, outputLimit: limit)
            let price = request.priceBound(amount, candidate, outputLimit: limit)
            // What attempts before this one have cost counts against the cap too.
            if let most = request.maxCost, cost + atStake + price > most {
                // Of several the cheapest is told of, which asks for the least change.
                if beyondCap == nil || price < beyondCap!.price {
                    beyondCap = (price, refusal(byCap: most, of: candidate, outputLimit: limit, price: price))
                }
                if let beyondCap, !hasMore && lastFailure == nil && denialToTell == nil && soonest == nil {
                    return endWhenBooked(.refuse(beyondCap.refusal))
                }
                hasPassedDear = true
                continue
            }
            // Behind the cap: what is too dear is not waited for.
            if request.maxCost != nil, isLeftAlone(candidate, at: now) { continue }
            guard takeRoom(at: candidate, outputLimit: limit, at: now) else { continue }
            // Last of all, for what is allowed is spent by asking.
            guard mayRetry(on: candidate, at: now) else {
                giveBackRoom()
                continue
            }
            attemptsMade += 1
            return ask(candidate, claims, outputLimit: limit, amount: amount, price: price, at: now)
        }
        if waitForRoom(at: now) { return }
        // What the provider said explains more than what a budget would have said to the next one.
        if let (failure, candidate) = lastFailure {
            endWhenBooked(ending(after: failure, of: candidate.target))
        } else if let denial = denialToTell {
            endWhenBooked(mayServeCached ? .serveCached(.budget(denial)) : .refuse(.budget(denial)))
        } else if let refusal = noRoom(at: now) {
            endWhenBooked(.refuse(refusal))
        } else {
            endWhenBooked(
                .refuse(
                    Refusal(
                        .maxCostExceeded,
                        "No target of '\(request.attribution.route ?? "")' stays within x-tuppence-max-cost.",
                        cap: beyondCap?.refusal.figures)))
        }
    }

    private func refusal(byCap cap: Money, of candidate: Candidate, outputLimit: Int?, price: Money) -> Refusal {
        Refusal(
            .maxCostExceeded,
            "This request may cost up to \(cost + atStake + price) on \(candidate.target), more than the \(cap) that x-tuppence-max-cost allows. Lower max_tokens or raise the cap.",
            cap: figures(ofCap: cap, candidate, outputLimit: outputLimit, price: price))
    }

    private func figures(ofCap cap: Money, _ candidate: Candidate, outputLimit: Int?, price: Money) -> BudgetFigures {
        let spent = cost + atStake
        var left = BudgetsLeft()
        left.price = cap - spent
        let affordable = outputLimit.map { usableTokens(left, candidate, below: $0) }
        return BudgetFigures(cap: cap, spent: spent, needed: price, affordableMaxTokens: affordable)
    }

    var hasMore: Bool { !untried.isEmpty || !setAside.isEmpty }

    /// The next to be tried: of the present route, and then of the one that a threshold has led away from.
    private func nextCandidate() -> Candidate? {
        if untried.isEmpty && !setAside.isEmpty { goBack() }
        return untried.popFirst()
    }

    /// Goes back to the targets that a threshold would rather have spared: the money for them is there, and the other
    /// route has not brought an answer.
    func goBack() {
        untried = setAside
        setAside = []
        otherRoute = nil
        forgetShortages()
    }

    /// Whether what has failed elsewhere may be sent to this target too, unless too much has been sent in vain of late.
    private func mayRetry(on candidate: Candidate, at now: Timestamp) -> Bool {
        guard let health, health.hasTrouble, !leadsToOne, lastFailure != nil else { return true }
        return health.allowsRetry(on: candidate.target, at: now)
    }

    /// Whether its provider has asked that nothing be sent to it for now, which is noted.
    func isLeftAlone(_ candidate: Candidate, at now: Timestamp) -> Bool {
        guard let health, health.hasTrouble, !leadsToOne, let until = health.coolsUntil(candidate.target, at: now)
        else { return false }
        note(Shortage(reason: .cooling, roomAt: until), at: candidate)
        return true
    }

    /// Where there is one target there is nothing to choose: its provider's own answer is the caller's.
    var leadsToOne: Bool {
        request.candidates.count == 1 && (otherRoute == nil || otherRoute!.choices.count == 1 && setAside.isEmpty)
    }

    func claims(on candidate: Candidate, at now: Timestamp) -> [BudgetClaim] {
        budgets.claims(of: request, on: candidate.target, at: now)
    }

    /// Asks for the hold of the attempt that is next.
    private func ask(
        _ candidate: Candidate, _ claims: [BudgetClaim], outputLimit: Int?, isClamped: Bool = false, amount: Money,
        price: Money, at now: Timestamp
    ) {
        let hold = hold(on: candidate, claims, amount: amount, price: price)
        attempt = Attempt(candidate: candidate, outputLimit: outputLimit, isClamped: isClamped, hold: hold)
        // Should it never be sent, nothing of the attempt before it is to be billed with it.
        meter = AttemptMeter()
        resentStale = false
        holdMayBeGone = false
        hedgeAt = .distantFuture
        phase = .holding
        deadline = hold.expiresAt
        actions.append(.ask(.hold(hold)))
    }

    /// The hold of the attempt that was counted last.
    func hold(on candidate: Candidate, _ claims: [BudgetClaim], amount: Money, price: Money) -> Hold {
        Hold(
            attempt: AttemptID(request: request.id, number: attemptsMade), amount: amount,
            price: price, claims: claims,
            expiresAt: exchangeDeadline + policy.lateUsage + policy.holdGrace, target: candidate.target,
            attribution: request.attribution,
            yieldsToThresholds: mayDegrade)
    }

    // What a route sets counts for the requests that have been sent to it, too.
    var maxOutputTokens: Int? { otherRoute == nil ? request.maxOutputTokens : otherRoute?.maxOutputTokens }
    var outputFloor: Int? { otherRoute == nil ? request.outputFloor : otherRoute?.outputFloor }
    var attemptTimeout: Milliseconds? {
        otherRoute == nil ? request.attemptTimeout : otherRoute?.attemptTimeout
    }

    var hedging: Hedging? { otherRoute == nil ? request.hedging : otherRoute?.hedging }

    var exchangeDeadline: Timestamp {
        var time = policy.requestTimeout
        if let timeout = request.timeout { time = min(time, timeout) }
        if let deadline = request.deadline { time = min(time, deadline) }
        return began + time
    }

    func outputLimit(for candidate: Candidate) -> Int? {
        candidate.outputLimit(of: request.demand, usual: maxOutputTokens ?? policy.maxOutputTokens)
    }

    func held(_ left: Money?, at now: Timestamp) {
        remaining = left
        guard let attempt, !meter.wasSent else { return }
        switch phase {
        case .holding where now >= attempt.hold.expiresAt || holdMayBeGone:
            // The clock was set forwards, or the ledger took that long: nothing is sent on a hold that may be gone.
            settle(.aborted, at: now, awaited: false)
            ledgerFailed(at: now)
        case .holding where now >= exchangeDeadline:
            // What is sent now would be charged, and nobody waits for it any more.
            settle(.aborted, at: now, awaited: false)
            end(lastFailure.map { ending(after: $0.failure, of: $0.candidate.target) } ?? .refuse(outOfTime))
        case .holding where isLeftAlone(attempt.candidate, at: now):
            // Another request has been told so while the ledger was thinking.
            settle(.aborted, at: now, awaited: false)
            tryNext(at: now)
        case .holding:
            phase = .waiting
            meter = AttemptMeter()
            meter.sentAt = now
            if let permit { self.permit = headroom?.sent(permit, at: now) }
            let patience = attemptTimeout ?? policy.attemptTimeout
            attemptEnd = min(exchangeDeadline, now + patience)
            deadline = attemptEnd
            attempt.candidate.memory?.asked(streams: request.demand.streams, at: now)
            attempts += 1
            actions.append(.send(attempt))
            if let hedging {
                hedging.earn()
                expectContent(within: hedging, at: now)
            }
        default:
            // The caller left, or was sent away, while the ledger was thinking: nothing was sent, so nothing is owed.
            settle(.aborted, at: now, awaited: false)
            if case .settling(let ending) = phase { end(ending) } else if phase != .done { end(.abandon) }
        }
    }

    func denied(_ denial: BudgetDenial, at now: Timestamp) {
        guard phase == .holding, let attempt else {
            if case .settling(let ending) = phase { end(ending) }
            return
        }
        if closer != nil {
            // Room was thought to be plenty: the same again, by the closer count.
            lookCloser()
            attemptsMade -= 1
            self.attempt = nil
            untried.push(attempt.candidate)
            return tryNext(at: now)
        }
        if mayDegrade, degrade(from: attempt.candidate, after: denial, at: now) {
            attemptsMade -= 1
            attemptsElsewhere = attempts
            self.attempt = nil
            return tryNext(at: now)
        }
        if denial.lacking.isEmpty {
            // A threshold sends it to a route that cannot take it: the money is there, so it goes where it was going.
            mayDegrade = false
            return ask(
                attempt.candidate, claims(on: attempt.candidate, at: now), outputLimit: attempt.outputLimit,
                isClamped: attempt.isClamped, amount: attempt.hold.amount, price: attempt.hold.price, at: now)
        }
        if let limit = clampedLimit(after: denial, of: attempt) {
            // Should the budget shrink meanwhile it is denied again, and asks for less again: that has an end.
            let amount = request.bound(attempt.candidate, outputLimit: limit)
            return ask(
                attempt.candidate, claims(on: attempt.candidate, at: now), outputLimit: limit, isClamped: true,
                amount: amount, price: request.priceBound(amount, attempt.candidate, outputLimit: limit), at: now)
        }
        attemptsMade -= 1
        var denial = denial
        weigh(&denial, of: attempt)
        if allowsCached(denial) { mayServeCached = true }
        if denialToTell.map({ denial.helpsMore(than: $0) }) ?? true { denialToTell = denial }
        self.attempt = nil
        tryNext(at: now)
    }

    /// Goes on with the targets of the route that a budget names, where one does and it can take the request. What a
    /// threshold leads away from, `candidate` first, is set aside for when that brings no answer.
    func degrade(from candidate: Candidate, after denial: BudgetDenial, at now: Timestamp) -> Bool {
        let hard = denial.lacking.first { $0.rule.action(wish: request.onBudget) == .degrade }
        guard let name = denial.degradeTo ?? hard?.rule.degradeTo, let route = budgets.routes[name] else {
            return false
        }
        // The lower half of an id is random, so weights are kept over many requests.
        var random = RandomSource(seed: request.id.low)
        let affinity = route.affinity(
            key: request.attribution.key, customer: request.attribution.customer, user: request.attribution.user,
            session: request.session)
        let conditions = RouteConditions(now: now, health: health, affinity: affinity)
        guard let candidates = try? route.candidates(for: request.demand, by: conditions, using: &random) else {
            return false
        }
        mayDegrade = false
        otherRoute = route
        forgetShortages()
        if denial.degradeTo != nil {
            setAside = untried
            setAside.push(candidate)
        }
        untried = candidates
        // What a budget said to the targets that are given up tells nothing of these.
        denialToTell = nil
        mayServeCached = false
        return true
    }

    /// What a budget does that lacks room. What would go to another route, and cannot or has been there, is clamped if that
    /// is allowed.
    func action(of rule: BudgetRule) -> BudgetAction {
        let action = rule.action(wish: request.onBudget)
        guard action == .degrade else { return action }
        return rule.actions.contains(.clamp) ? .clamp : rule.actions.contains(.cached) ? .cached : .reject
    }

    /// Whether an older answer may stand in for one that cannot be paid for: of the budgets that lack the money one wants
    /// that, and none refuses. It takes nothing of any of them.
    func allowsCached(_ denial: BudgetDenial) -> Bool {
        let actions = denial.lacking.lazy.map { self.action(of: $0.rule) }
        return actions.contains(.cached) && !actions.contains(.reject)
    }

    /// The output limit that the budgets can still pay for, where all that lack the money want the limit lowered and
    /// what is left of it is of use.
    func clampedLimit(after denial: BudgetDenial, of attempt: Attempt) -> Int? {
        guard let limit = attempt.outputLimit,
            denial.lacking.allSatisfy({ action(of: $0.rule) == .clamp })
        else { return nil }
        let affordable = affordableTokens(denial.left, attempt.candidate, below: limit)
        let floor = max(outputFloor ?? policy.outputFloor, request.demand.outputFloor, 1)
        return affordable >= floor && affordable < limit ? affordable : nil
    }

    /// The output limit that a budget has left of the one asked for, if it was lowered.
    public var clampedLimit: Int? { attempt.flatMap { $0.isClamped ? $0.outputLimit : nil } }

    /// Whether a budget's last went into this: it had to lower the limit, or has less left, counting what others hold, than
    /// the same request may cost once more. The latter is known when the attempt is settled.
    public var isFinal: Bool { leavesTooLittle || clampedLimit != nil }

    /// The largest output limit whose bounds `left` covers.
    func affordableTokens(_ left: BudgetsLeft, _ candidate: Candidate, below limit: Int) -> Int {
        left.affordableTokens(upTo: limit) { request.bounds(candidate, outputLimit: $0) }
    }

    /// The same, where less than the request wants to think with, which its provider refuses, is none.
    private func usableTokens(_ left: BudgetsLeft, _ candidate: Candidate, below limit: Int) -> Int {
        let affordable = affordableTokens(left, candidate, below: limit)
        return affordable < request.demand.outputFloor ? 0 : affordable
    }

    /// Notes how little of `attempt` would help.
    private func weigh(_ denial: inout BudgetDenial, of attempt: Attempt) {
        guard let limit = attempt.outputLimit else { return }
        let candidate = attempt.candidate
        denial.weigh(
            limit: limit, floor: request.demand.outputFloor, inputTokens: candidate.inputBound(of: request.demand),
            bounds: { request.bounds(candidate, outputLimit: $0) })
    }

    private var outOfTime: Refusal {
        Refusal(
            .upstreamTimeout,
            "The time for this request was over before it could be sent. Allow it more: x-tuppence-timeout, the route's deadline, or server.request_timeout.",
            retryAfter: .seconds(1))
    }

    func ledgerFailed(at now: Timestamp) {
        let refusal = Refusal(
            .ledgerUnavailable,
            "The ledger did not answer, and nothing is sent or billed unrecorded. Try again shortly.",
            retryAfter: .seconds(1))
        switch phase {
        case .holding, .settling: end(phase == .settling(.abandon) ? .abandon : .refuse(refusal))
        default: break
        }
    }
}
