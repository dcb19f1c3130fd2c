/// An attempt that its exchange is done with (its caller has left, it took too long, or another was faster) while its provider works on and
/// charges for it: it is read to its end for the provider's own count, and settles then. Its hold stays meanwhile.
///
/// A driver tells it what comes, as it would tell the exchange, and performs what it returns.
public struct LateReading: Sendable {
    public let attempt: Exchange.Attempt
    /// When the driver is to say `deadlinePassed`: it is settled then at what was seen. Whoever cannot read on until then
    /// says so earlier.
    public private(set) var deadline: Timestamp
    public private(set) var isOver = false
    private let request: Exchange.Request
    private let outcome: AttemptOutcome
    private var meter: AttemptMeter
    /// The room that the attempt takes until it is over.
    private let room: (board: HeadroomBoard, permit: HeadroomPermit)?

    init(
        _ attempt: Exchange.Attempt, of request: Exchange.Request, _ meter: AttemptMeter, outcome: AttemptOutcome,
        deadline: Timestamp, room: (board: HeadroomBoard, permit: HeadroomPermit)?
    ) {
        self.attempt = attempt
        self.room = room
        self.request = request
        self.meter = meter
        self.outcome = outcome
        self.deadline = deadline
    }

    /// - Returns: the settlement, when it is over; what the provider sends beyond that is to be stopped first.
    public mutating func handle(_ event: Exchange.Event, at now: Timestamp) -> [Exchange.Action] {
        guard !isOver else { return [] }
        switch event {
        case .answering(let status): meter.status = status
        case .content(let bytes, let pieces):
            meter.add(bytes: bytes, pieces: pieces, at: now)
            guard request.isOverrun(attempt, meter) else { break }
            meter.isOverrun = true
            return [.cancel, settle(at: now)]
        // It is over already: there is nothing to be cut off.
        case .unseen(let bytes, let pieces): meter.add(bytes: bytes, pieces: pieces, at: now)
        case .usage(let usage, let service, let reported, let lacksOutput):
            meter.report(
                request.completing(usage, by: attempt.candidate), service: service, cost: reported,
                lacksOutput: lacksOutput)
        case .searched(let count): meter.searches = count
        case .ended:
            meter.isOver = true
            return [settle(at: now)]
        case .failed(let failure):
            meter.take(failure)
            if meter.firstContent == nil { meter.hasBroughtNothing(failure) }
            return [settle(at: now)]
        case .deadlinePassed, .clientGone, .sentAway: return [.cancel, settle(at: now)]
        case .begin, .held, .denied, .ledgerFailed, .settled, .activity, .contentless, .heldUp, .told, .finished,
            .notLeft, .unread:
            break
        }
        return []
    }

    /// The clock was set by `step`: its time is none the longer.
    public mutating func clockWasSet(by step: Milliseconds) {
        deadline.move(by: step)
        meter.sentAt.move(by: step)
    }

    private mutating func settle(at now: Timestamp) -> Exchange.Action {
        isOver = true
        let settlement = request.settlement(of: attempt, meter, outcome, at: now)
        if let (board, permit) = room { board.giveBack(permit, used: settlement.entry.usage.tokens) }
        return .tell(.settle(settlement))
    }
}

extension LateReading: Hashable {
    public static func == (left: LateReading, right: LateReading) -> Bool {
        left.attempt == right.attempt && left.deadline == right.deadline && left.outcome == right.outcome
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(attempt) }
}

extension Exchange {
    /// Leaves the attempt in flight to be read on, if that is of use: where its provider finishes and charges all the same,
    /// or nothing but its count is missing, or for a moment where some of it may be here already. Else it is to be stopped,
    /// which saves what it would still make.
    ///
    /// - Returns: false if it is not.
    func readOn(_ outcome: AttemptOutcome, at now: Timestamp) -> Bool {
        guard let attempt, let reading = lateReading(of: attempt, meter, permit, outcome, at: now) else {
            return false
        }
        actions.append(.readOn(reading))
        self.attempt = nil
        permit = nil
        return true
    }

    /// What is left to be read on of `attempt`; nil if it is to be stopped.
    ///
    /// - Parameter permit: the room that it took, which it keeps.
    func lateReading(
        of attempt: Attempt, _ meter: AttemptMeter, _ permit: HeadroomPermit?, _ outcome: AttemptOutcome,
        at now: Timestamp
    ) -> LateReading? {
        guard meter.wasSent, meter.hasLeft else { return nil }
        var deadline = goesOn(attempt, meter) ? now + policy.lateUsage : now
        // To be settled while it is held for. Where it is not any more, nothing is gained by that.
        if attempt.hold.expiresAt > now { deadline = min(deadline, attempt.hold.expiresAt) }
        if meter.isUnread { deadline = max(deadline, now + Self.catchUpTime) }
        guard deadline > now else { return nil }
        // The request goes, and its input may have to be estimated still.
        if meter.lacksInput { lookCloser() }
        // What it has come to so far is what its caller is told, and what it may still come to counts against his cap.
        let seen = request.settlement(of: attempt, meter, outcome, at: now).entry.price
        cost += seen
        atStake += max(.zero, attempt.hold.price - seen)
        return LateReading(
            attempt, of: request, meter, outcome: outcome, deadline: deadline,
            room: headroom.flatMap { board in permit.map { (board, $0) } })
    }

    /// How long what is here already may take to be read.
    private static let catchUpTime = Milliseconds.seconds(2)

    /// Whether the provider works on although nobody listens.
    private func goesOn(_ attempt: Attempt, _ meter: AttemptMeter) -> Bool {
        switch attempt.candidate.onDisconnect {
        case .finishes: true
        case .stopsStreams: !request.demand.streams || request.isFinished(meter)
        case .stops: request.isFinished(meter)
        }
    }
}
