/// Overtaking: an attempt that is silent for too long gets another beside it, on the next target and on a hold of its own.
/// Whichever brings content first is the answer; the other is given up and settled. There are two at most at any time, and
/// never a second one once there is content.
extension Exchange {
    /// What is to be done about the attempt beside the one in flight.
    public enum HedgeAction: Hashable, Sendable {
        /// ``deadline`` is that of a caller's patience, to be kept to the millisecond.
        case wake(at: Timestamp)
        /// Ask the ledger for this attempt's hold. The answer, and all that becomes of the attempt, is told to
        /// ``handle(_:of:at:)``.
        case ask(Attempt)
        /// Send it, beside the one in flight.
        case send(Attempt)
        /// It is the attempt in flight from here on, and what it was beside is over or has been given up before.
        case takeOver
        /// Stop it.
        case cancel
        /// The exchange is done with it, and its provider works on; as with ``Action/readOn(_:)``.
        case readOn(LateReading)
    }

    /// The attempt beside the one in flight. There is one only while that is waited for.
    final class Rival {
        let attempt: Attempt
        /// What was untried before it was asked for, in order, and is so again where it gets no hold.
        let untriedBefore: Candidates
        /// The room that was taken for it.
        var permit: HeadroomPermit?
        var meter = AttemptMeter()
        /// By when it is to have brought content; until it is sent, the end of its hold.
        var deadline: Timestamp
        var resentStale = false
        var holdMayBeGone = false

        init(_ attempt: Attempt, outOf untried: Candidates, _ permit: HeadroomPermit?) {
            self.attempt = attempt
            untriedBefore = untried
            self.permit = permit
            deadline = attempt.hold.expiresAt
        }
    }

    /// Takes in what has become of an attempt that was started beside another, and says what to do about it.
    public func handle(_ event: Event, of hedge: Attempt, at now: Timestamp) -> Actions {
        if hedge.id == attempt?.id { return handle(event, at: now) }
        if let rival, rival.attempt.id == hedge.id {
            handle(event, of: rival, at: now)
        } else if case .held = event {
            // It is not wanted any more: nothing was sent, so nothing is owed.
            book(hedge, AttemptMeter(), nil, .aborted, at: now)
        }
        return wanted(after: event)
    }

    // MARK: When

    /// Whether the first content decides who answers, or ends the time in which another may be started.
    public var isRacing: Bool { rival != nil || hedgeAt != .distantFuture }

    /// Sees to it that the attempt in flight is not waited for alone if it is silent for too long.
    func expectContent(within hedging: Hedging, at now: Timestamp) {
        let late = max(now, meter.sentAt + hedging.firstTokenWithin)
        guard !untried.isEmpty, late < attemptEnd else { return }
        hedgeAt = late
        deadline = late
        actions.append(.hedge(.wake(at: late)))
    }

    /// Less than the time of the attempt in flight has passed: another is to be started, or has used up its own.
    func raceTimePassed(at now: Timestamp) {
        if let rival {
            timePassed(of: rival, at: now)
        } else {
            startHedge(at: now)
        }
        restRace()
    }

    private func restRace() {
        guard phase == .waiting else { return }
        deadline = min(attemptEnd, rival?.deadline ?? hedgeAt)
    }

    /// Starts another attempt beside the one in flight, on the first target that does well, has room and is not too dear.
    private func startHedge(at now: Timestamp) {
        hedgeAt = .distantFuture
        guard let attempt, let hedging else { return }
        for place in untried.indices where health?.isReliable(untried[place].target, at: now) ?? true {
            let candidate = untried[place]
            let claims = claims(on: candidate, at: now)
            if closer != nil, !isRoomy(claims, for: candidate) { lookCloser() }
            var limit = outputLimit(for: candidate)
            if attempt.isClamped { limit = min(limit ?? .max, attempt.outputLimit ?? .max) }
            let amount = request.bound(candidate, outputLimit: limit)
            let price = request.priceBound(amount, candidate, outputLimit: limit)
            if let cap = request.maxCost, cost + atStake + attempt.hold.price + price > cap { continue }
            guard case .taken(let permit) = room(at: candidate, outputLimit: limit, at: now) else { continue }
            guard hedging.spend() else { return giveBack(permit) }
            attemptsMade += 1
            let hold = hold(on: candidate, claims, amount: amount, price: price)
            let rival = Rival(
                Attempt(candidate: candidate, outputLimit: limit, isClamped: attempt.isClamped, hold: hold),
                outOf: untried, permit)
            untried.remove(at: place)
            self.rival = rival
            return actions.append(.hedge(.ask(rival.attempt)))
        }
    }

    /// Whether the answer of the attempt in flight shows that its target does well: it was in time, or faster than another
    /// beside it. One that was late while nothing was there to be faster shows nothing.
    func showsThatItDoesWell(at now: Timestamp) -> Bool {
        guard let hedging, !meter.hasRaced else { return true }
        return meter.firstContent ?? (now - meter.sentAt) <= hedging.firstTokenWithin
    }

    // MARK: What becomes of it

    private func handle(_ event: Event, of rival: Rival, at now: Timestamp) {
        switch event {
        case .held: held(rival, at: now)
        case .denied:
            // No budget has room for both: the first goes on alone, and may still be followed by this one.
            attemptsMade -= 1
            putBack(rival)
        case .ledgerFailed: putBack(rival)
        case .notLeft: rival.meter.hasLeft = false
        case .unread: rival.meter.isUnread = true
        case .answering(let status):
            rival.meter.status = status
            paced?.accepted(by: rival.attempt.candidate.target, at: now)
        case .told(let left):
            paced?.told(
                left, by: rival.attempt.candidate.target, rival.permit, sentAt: rival.meter.sentAt, at: now)
        case .usage(let usage, let service, let reported, let lacksOutput):
            rival.meter.report(
                request.completing(usage, by: rival.attempt.candidate), service: service, cost: reported,
                lacksOutput: lacksOutput)
        case .searched(let count): rival.meter.searches = count
        case .finished: rival.meter.finished += 1
        case .content(let bytes, let pieces):
            overtake(by: rival, at: now)
            content(bytes, pieces, at: now)
        case .unseen(let bytes, let pieces): rival.meter.add(bytes: bytes, pieces: pieces, at: now)
        case .ended:
            overtake(by: rival, at: now)
            ended(at: now)
        case .failed(let failure): failed(rival, failure, at: now)
        case .begin, .settled, .activity, .contentless, .heldUp, .deadlinePassed, .clientGone, .sentAway:
            break
        }
        restRace()
    }

    private func held(_ rival: Rival, at now: Timestamp) {
        guard !rival.meter.wasSent else { return }
        guard now < rival.attempt.hold.expiresAt, !rival.holdMayBeGone, now < attemptEnd,
            !isLeftAlone(rival.attempt.candidate, at: now)
        else {
            self.rival = nil
            return book(rival.attempt, rival.meter, rival.permit, .aborted, at: now)
        }
        rival.meter.sentAt = now
        rival.meter.hasRaced = true
        meter.hasRaced = true
        rival.permit = rival.permit.flatMap { headroom?.sent($0, at: now) }
        rival.attempt.candidate.memory?.asked(streams: request.demand.streams, at: now)
        rival.deadline = min(exchangeDeadline, now + (attemptTimeout ?? policy.attemptTimeout))
        attempts += 1
        actions.append(.hedge(.send(rival.attempt)))
    }

    private func putBack(_ rival: Rival) {
        self.rival = nil
        giveBack(rival.permit)
        // In its old place: those before it may do well again by the time that the first has failed.
        untried = rival.untriedBefore
        actions.append(.hedge(.cancel))
    }

    private func failed(_ rival: Rival, _ failure: UpstreamFailure, at now: Timestamp) {
        if failure.kind == .stale && !rival.resentStale && !isLeftAlone(rival.attempt.candidate, at: now) {
            rival.resentStale = true
            actions.append(.hedge(.send(rival.attempt)))
            return
        }
        noteEnd(of: rival.attempt, failure)
        rival.meter.take(failure)
        rival.meter.hasBroughtNothing(failure)
        judged?.failed(rival.attempt.candidate.target, failure, at: now)
        noteRefusal(failure, of: rival.attempt.candidate.target, sentAt: rival.meter.sentAt, at: now)
        self.rival = nil
        actions.append(.hedge(.cancel))
        book(rival.attempt, rival.meter, rival.permit, .failed, at: now)
        // The first is no less late for that.
        meter.hasRaced = false
        if phase == .waiting { startHedge(at: now) }
    }

    private func timePassed(of rival: Rival, at now: Timestamp) {
        guard now >= rival.deadline else { return }
        guard rival.meter.wasSent else {
            // A sweep by this clock ends the hold, and a clock that is set back does not bring it back.
            rival.holdMayBeGone = true
            rival.deadline = .distantFuture
            return
        }
        let failure = UpstreamFailure(.timeout, detail: "after \((now - rival.meter.sentAt).count) ms")
        judged?.failed(rival.attempt.candidate.target, failure, at: now)
        noteEnd(of: rival.attempt, failure)
        drop(rival, .failed, at: now)
    }

    // MARK: Who wins

    /// The attempt in flight has brought content: it is the answer.
    func winRace(at now: Timestamp) {
        hedgeAt = .distantFuture
        if phase == .waiting { deadline = attemptEnd }
        dropRival(.overtaken, at: now)
    }

    /// Another has brought content first.
    private func overtake(by rival: Rival, at now: Timestamp) {
        if let attempt {
            judged?.overtaken(attempt.candidate.target, at: now)
            noteEnd(of: attempt, AttemptOutcome.overtaken.rawValue)
        }
        if !readOn(.overtaken, at: now) {
            actions.append(.cancel)
            settle(.overtaken, at: now, awaited: false)
        }
        takeOver(rival)
    }

    /// The attempt in flight is over: the one beside it goes on alone.
    ///
    /// - Returns: false if there is none.
    func goOnWithRival(at now: Timestamp) -> Bool {
        guard let rival else { return false }
        takeOver(rival)
        meter.hasRaced = false
        guard meter.wasSent else {
            phase = .holding
            return true
        }
        if let hedging { expectContent(within: hedging, at: now) }
        return true
    }

    private func takeOver(_ rival: Rival) {
        attempt = rival.attempt
        meter = rival.meter
        permit = rival.permit
        resentStale = rival.resentStale
        holdMayBeGone = rival.holdMayBeGone
        attemptEnd = rival.deadline
        deadline = attemptEnd
        hedgeAt = .distantFuture
        self.rival = nil
        actions.append(.hedge(.takeOver))
    }

    /// Gives up the attempt beside the one in flight, if there is one. One whose hold is still on its way is given that back
    /// when it comes.
    func dropRival(_ outcome: AttemptOutcome, at now: Timestamp) {
        guard let rival else { return }
        if rival.meter.wasSent { noteEnd(of: rival.attempt, outcome.rawValue) }
        drop(rival, outcome, at: now)
    }

    private func drop(_ rival: Rival, _ outcome: AttemptOutcome, at now: Timestamp) {
        self.rival = nil
        if let reading = lateReading(of: rival.attempt, rival.meter, rival.permit, outcome, at: now) {
            actions.append(.hedge(.readOn(reading)))
            return
        }
        actions.append(.hedge(.cancel))
        if rival.meter.wasSent {
            book(rival.attempt, rival.meter, rival.permit, outcome, at: now)
        } else {
            giveBack(rival.permit)
        }
    }
}
