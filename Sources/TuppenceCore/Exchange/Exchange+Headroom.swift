/// Room at targets: taken before an attempt is held for, given back when it is over, and waited for where that is allowed.
extension Exchange {
    /// How often one that waits looks whether there is room. Drivers look at the time about as often.
    private static let queueStep = Milliseconds(20)

    /// Takes what the next attempt needs of the limits of `candidate`.
    ///
    /// - Returns: false where there is no room for it, which is noted.
    func takeRoom(at candidate: Candidate, outputLimit: Int?, at now: Timestamp) -> Bool {
        switch room(at: candidate, outputLimit: outputLimit, at: now) {
        case .taken(let permit):
            self.permit = permit
            // Where nothing counts nobody else has done it.
            leaveLine()
            return true
        case .short(let shortage):
            note(shortage, at: candidate)
            return false
        }
    }

    func room(at candidate: Candidate, outputLimit: Int?, at now: Timestamp) -> HeadroomBoard.Room {
        guard let headroom, candidate.limits != nil || headroom.isLearning else { return .taken(nil) }
        return headroom.take(need(of: candidate, outputLimit: outputLimit), at: candidate, ticket: ticket, now: now)
    }

    private func need(of candidate: Candidate, outputLimit: Int?) -> RoomNeed {
        request.need(
            of: candidate, outputLimit: outputLimit,
            // Where there is one target, and no waiting, its provider's own answer is the caller's. A copy has no caller.
            heedsProvider: request.candidates.count > 1 || queue != nil || request.isCopy)
    }

    /// The attempt that room was taken for is never sent.
    func giveBackRoom() {
        giveBack(permit)
        permit = nil
    }

    /// The same, of an attempt beside the one in flight.
    func giveBack(_ permit: HeadroomPermit?) {
        if let permit { headroom?.giveBack(permit, used: nil) }
    }

    func note(_ shortage: Shortage, at candidate: Candidate) {
        short.append(candidate)
        if soonest.map({ shortage.isSooner(than: $0.shortage) }) ?? true { soonest = (shortage, candidate) }
        if shortage.reason != .cooling { allAreCooling = false }
    }

    /// Waits for room at the targets that were passed over for the lack of it, if there may be some in time.
    ///
    /// - Returns: false where there is nothing to wait for, or no place to wait.
    func waitForRoom(at now: Timestamp) -> Bool {
        guard let headroom, let queue, let soonest else { return false }
        let end = min(queueEnd ?? now + queue.within, exchangeDeadline)
        guard now < end, soonest.shortage.roomAt.map({ $0 < end }) ?? true else { return false }
        if ticket == nil {
            let needs = short.map { ($0.target, need(of: $0, outputLimit: outputLimit(for: $0))) }
            ticket = headroom.enterLine(
                for: Dictionary(needs) { first, _ in first }, request.priority, length: queue.length)
            guard ticket != nil else { return false }
        }
        queueEnd = end
        phase = .queued
        deadline = min(now + Self.queueStep, end)
        untried = Candidates(short)
        return true
    }

    /// Looks whether there is room by now.
    func lookForRoom(at now: Timestamp) {
        guard now >= deadline else { return }
        forgetShortages()
        tryNext(at: now)
    }

    func leaveLine() {
        guard let ticket else { return }
        headroom?.leaveLine(ticket)
        self.ticket = nil
    }

    func forgetShortages() {
        short = []
        soonest = nil
        allAreCooling = true
    }

    /// Why no target is asked, where there is no room at any.
    func noRoom(at now: Timestamp) -> Refusal? {
        guard let (shortage, candidate) = soonest else { return nil }
        return .noRoom(
            at: request.attribution.route ?? "", soonest: candidate.target, shortage, areAllCooling: allAreCooling,
            othersAreDear: hasPassedDear, at: now)
    }

    // MARK: What callers are told

    /// What is left of the operator's limits of the target that answers or has failed last; where none was asked since none
    /// has room, of the one that will have some first. nil where that target has none.
    package func limitsLeft(at now: @autoclosure () -> Timestamp) -> LimitsLeft? {
        // Hardly any target has any.
        guard attempt?.candidate.limits != nil || lastFailure != nil || soonest != nil else { return nil }
        guard let headroom, let (candidate, shortage) = limited, let limits = candidate.limits else { return nil }
        return headroom.left(of: limits, at: candidate.target, for: request.priority, after: shortage, now: now())
    }

    /// Whose limits those are, and why it has no room, if it has none.
    private var limited: (candidate: Candidate, shortage: Shortage?)? {
        if let attempt, meter.wasSent { return (attempt.candidate, nil) }
        if let lastFailure { return (lastFailure.candidate, nil) }
        // Where a budget refuses, it is not for the lack of room.
        guard attempt == nil, denialToTell == nil, let soonest else { return nil }
        return (soonest.candidate, soonest.shortage)
    }

    // MARK: What providers say

    func told(_ left: Headroom, at now: Timestamp) {
        guard let attempt, phase == .waiting else { return }
        paced?.told(left, by: attempt.candidate.target, permit, sentAt: meter.sentAt, at: now)
    }

    /// What a failure says of how fast the target may be asked.
    func noteRefusal(_ failure: UpstreamFailure, of target: Target, sentAt: Timestamp, at now: Timestamp) {
        guard failure.errorStatus == 429, !failure.isOurAccounts, !failure.isTooLarge else { return }
        paced?.refused(by: target, sentAt: sentAt, at: now)
    }
}

extension Exchange.Request {
    func need(of candidate: Candidate, outputLimit: Int?, heedsProvider: Bool) -> RoomNeed {
        let usualOutput = demand.producesOutput ? min(outputLimit ?? .max, Demand.usualOutput) : 0
        return RoomNeed(
            // Nobody counts them where no limit does.
            tokens: candidate.limits == nil ? 0 : tokens(at: candidate, outputLimit: outputLimit),
            usualInput: demand.inputEstimate, usualOutput: usualOutput * demand.answers, priority: priority,
            heedsProvider: heedsProvider)
    }

    /// The input as guessed, as providers count it for their limits too, and the most that may be written. Money is held for
    /// the most of both, which of a short question to an unknown model is hundreds of times its input.
    private func tokens(at candidate: Candidate, outputLimit: Int?) -> Int {
        let output = candidate.outputBound(of: demand, outputLimit: outputLimit)
        return inputEstimate(for: candidate).saturatingSum(output)
    }
}

extension Usage {
    /// In and out, of all kinds.
    var tokens: Int { totalInput + totalOutput }
}
