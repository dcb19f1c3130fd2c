/// The attempt in flight, and every way in which it ends.
extension Exchange {
    func answering(_ status: Int, at now: Timestamp) {
        guard phase == .waiting else { return }
        meter.status = status
        if let paced, let attempt { paced.accepted(by: attempt.candidate.target, at: now) }
    }

    func content(_ bytes: Int, _ pieces: Int, at now: Timestamp) {
        guard phase == .waiting || phase == .answering else { return }
        if isFinished, pieces > 0 { meter.hasGoneOn = true }
        meter.add(bytes: bytes, pieces: pieces, at: now)
        if phase == .waiting {
            if request.demand.streams {
                phase = .answering
                actions.append(.beginAnswer)
            }
            if isRacing { winRace(at: now) }
        }
        if phase == .answering { restIdle(at: now) }
        cutOverrun(at: now)
    }

    func unseen(_ bytes: Int, _ pieces: Int, at now: Timestamp) {
        guard phase == .waiting || phase == .answering else { return }
        meter.add(bytes: bytes, pieces: pieces, at: now)
    }

    /// Cuts off a provider that goes on beyond the output limit it was given, before it has used up what is held.
    func cutOverrun(at now: Timestamp) {
        guard phase == .answering, let attempt, request.isOverrun(attempt, meter) else { return }
        let allowed = request.outputHeld(by: attempt)
        meter.isOverrun = true
        actions.append(.cancel)
        failed(UpstreamFailure(.overrun, detail: "more than the \(allowed) tokens it was allowed"), at: now)
    }

    func restIdle(at now: Timestamp) {
        deadline = min(exchangeDeadline, now + (isEnding ? min(Self.endTime, policy.idleTimeout) : policy.idleTimeout))
    }

    /// What says nothing prolongs no stream that may have said all, and shows nothing of it: who gives a reason with every event may
    /// comment between them.
    func activity(at now: Timestamp) {
        guard phase == .answering, !isFinished else { return }
        restIdle(at: now)
    }

    /// Shows of a stream that may have said all that nothing follows.
    func contentless(at now: Timestamp) {
        guard phase == .answering else { return }
        guard isFinished else { return restIdle(at: now) }
        meter.hasRested = true
        deadline = min(deadline, now + min(Self.endTime, policy.idleTimeout))
    }

    /// Whether all answers of the stream in flight have said why they end: nothing is missing but their count and the end.
    var isFinished: Bool { meter.finished > 0 && !meter.hasGoneOn && request.isFinished(meter) }

    /// Whether it is known that nothing else is missing. A reason may be one of many, from who gives one with every chunk, and so
    /// may the count beside it.
    package var isEnding: Bool { phase == .answering && isFinished && meter.hasRested }

    /// How long those are waited for: they come with the last content, or a few seconds behind it.
    static let endTime = Milliseconds.seconds(10)

    func heldUp(_ isHeldUp: Bool, at now: Timestamp) {
        self.isHeldUp = isHeldUp
        if phase == .answering { restIdle(at: now) }
    }

    func ended(at now: Timestamp) {
        guard phase == .waiting || phase == .answering else { return }
        if phase == .waiting && request.demand.streams { actions.append(.beginAnswer) }
        if let attempt, showsThatItDoesWell(at: now) { judged?.answered(attempt.candidate.target) }
        conclude(.completed, .finish, at: now)
    }

    func failed(_ failure: UpstreamFailure, at now: Timestamp) {
        guard let attempt, phase == .waiting || phase == .answering else { return }
        meter.take(failure)
        if phase == .answering {
            judged?.failed(attempt.candidate.target, failure, at: now)
            // An error that the provider put into its stream has been passed on as it came; ours would be a second one.
            if failure.kind == .errorInStream { return conclude(.truncated, .finish, at: now) }
            // Some of it was seen: a second answer would be a lie.
            return conclude(.truncated, .refuse(failure.refusal(target: attempt.candidate.target)), at: now)
        }
        if failure.kind == .stale && !resentStale && !isLeftAlone(attempt.candidate, at: now) {
            // The provider never read it, so the same attempt goes out again under the same hold.
            resentStale = true
            actions.append(.send(attempt))
            return
        }
        noteEnd(of: attempt, failure)
        // A model that a caller made up leads to one target, and is not remembered.
        if !failure.isModelGone || !leadsToOne { judged?.failed(attempt.candidate.target, failure, at: now) }
        noteRefusal(failure, of: attempt.candidate.target, sentAt: meter.sentAt, at: now)
        meter.hasBroughtNothing(failure)
        // What a provider said explains more than what could not be said to the one after it.
        let last =
            failure.kind == .inexpressible
            ? lastFailure ?? (failure, attempt.candidate)
            : (failure, attempt.candidate)
        lastFailure = last
        let isTooLong = failure.isTooLong && !failure.isRetryable
        if isTooLong { keepLonger(than: attempt.candidate) }
        let goesOn = isTooLong ? !untried.isEmpty || rival != nil : failure.isRetryable && (hasMore || rival != nil)
        // What another route's target refuses, those that the request was meant for may take.
        if goesOn || !failure.isRetryable && !setAside.isEmpty, now < exchangeDeadline {
            settle(.failed, at: now, awaited: false)
            if goesOn {
                if goOnWithRival(at: now) { return }
            } else {
                dropRival(.overtaken, at: now)
                goBack()
            }
            tryNext(at: now)
        } else {
            conclude(.failed, ending(after: last.0, of: last.1.target), at: now)
        }
    }

    /// Of those that are left, only models are of use which take a longer input than `candidate` does. One that has been asked
    /// already is waited for: it may take more than is known of it, its refusal costs nothing, and to cut it off could.
    private func keepLonger(than candidate: Candidate) {
        untried.removeAll { !$0.takesMore(than: candidate, of: request.demand) }
    }

    func ending(after failure: UpstreamFailure, of target: Target) -> Ending {
        switch failure.kind {
        case .status, .errorInStream, .inexpressible: .forwardError
        default: .refuse(failure.refusal(target: target))
        }
    }

    func deadlinePassed(at now: Timestamp) {
        if phase == .queued { return lookForRoom(at: now) }
        if phase == .holding, now >= deadline {
            // A sweep by this clock ends the hold, and a clock that is set back does not bring it back.
            holdMayBeGone = true
            deadline = .distantFuture
            return
        }
        guard let attempt, phase == .waiting || phase == .answering, now >= deadline else { return }
        if phase == .waiting && now < attemptEnd { return raceTimePassed(at: now) }
        if phase == .answering, now < exchangeDeadline, isHeldUp || isFinished && meter.isUnread {
            return restIdle(at: now)
        }
        // At the request's own end a count that is missing still is left to be read on.
        if phase == .answering, isFinished, now < exchangeDeadline || meter.isCounted { return close() }
        let waited = now - meter.sentAt
        var failure = UpstreamFailure(.timeout, detail: "after \(waited.count) ms")
        failure.isCallersDoing = isHeldUp || request.timeout != nil && now >= exchangeDeadline
        let isAnswering = phase == .answering
        guard readOn(isAnswering ? .truncated : .failed, at: now) else {
            actions.append(.cancel)
            return failed(failure, at: now)
        }
        let target = attempt.candidate.target
        judged?.failed(target, failure, at: now)
        if isAnswering { return end(.refuse(failure.refusal(target: target))) }
        noteEnd(of: attempt, failure)
        lastFailure = (failure, attempt.candidate)
        if now < exchangeDeadline {
            if goOnWithRival(at: now) { return }
            if hasMore { return tryNext(at: now) }
        }
        dropRival(.aborted, at: now)
        end(ending(after: failure, of: target))
    }

    private func close() {
        deadline = .distantFuture
        actions.append(.close)
    }

    /// The caller is gone, or is sent away.
    func leave(_ ending: Ending, at now: Timestamp) {
        switch phase {
        case .ready, .queued: end(ending)
        // The hold is on its way; what comes of it is settled when it is known.
        case .holding:
            phase = .settling(ending)
            deadline = .distantFuture
        case .waiting, .answering:
            dropRival(.aborted, at: now)
            if readOn(.aborted, at: now) { return end(ending) }
            actions.append(.cancel)
            conclude(.aborted, ending, at: now)
        // It has an end already, which whoever is there hears.
        case .settling: if ending == .abandon { phase = .settling(.abandon) }
        case .done: break
        }
    }
}
