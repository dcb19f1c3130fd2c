/// One client request from admission to settlement, as a state machine without I/O.
///
/// A driver tells it what happened (``handle(_:at:)``) and performs the ``Action``s it returns, in order. The policy of
/// holds, attempts, fallback, deadlines and settlement is all here; a driver decides nothing. There is one driver to an
/// exchange, and it belongs wherever that is.
public final class Exchange {
    public enum Event: Sendable {
        case begin
        case held(remaining: Money?, warnings: [BudgetWarning] = [])
        indirect case denied(BudgetDenial)
        /// The store did not answer, or could not do what was asked.
        case ledgerFailed
        case settled(remaining: Money?, warnings: [BudgetWarning] = [])
        /// The provider answers with this status, which is no error.
        case answering(status: Int)
        /// Some of the answer's content arrived: so many bytes of text in so many pieces.
        case content(bytes: Int, pieces: Int)
        /// So much arrived that the caller is not shown as it comes: of a whole answer, or of what turns out to be none. It has
        /// been made, and begins no answer.
        case unseen(bytes: Int, pieces: Int)
        /// Something arrived that is no event of the answer, or none that is whole; it shows that the provider lives.
        case activity
        /// An event of the answer without content or a reason to end, or one that says that all is said. A count in it is told
        /// next.
        case contentless
        /// The caller takes no more at present, so that what comes is left with the provider; or takes again.
        case heldUp(Bool)
        /// The provider's own count of what has come so far, which replaces any it gave before. Content that comes
        /// together with a count is told first. `service`: the tier of service that the answer names, if it names one.
        /// `lacksOutput`: the output has no count, or none that can be read.
        indirect case usage(
            Usage, service: ServiceTier? = nil, reportedCost: Money?, lacksOutput: Bool = false)
        /// So many searches the answer has told of so far, be they in a count or not; it replaces what was told before.
        case searched(Int)
        /// What the provider says that its limits leave.
        indirect case told(Headroom)
        /// One of the answers in a stream has said why it ends: of that one nothing but its count is still to come.
        case finished
        case ended
        indirect case failed(UpstreamFailure)
        /// The attempt in flight has not left yet: there is no connection to its provider. Told before what may end it, and
        /// true for that alone.
        case notLeft
        /// More of the answer may be here than has been told: the driver was kept from reading. Told before what may end
        /// the attempt in flight, and true for that alone.
        case unread
        /// ``deadline`` has passed.
        case deadlinePassed
        case clientGone
        /// Nothing is waited for any more, as if the caller had left; but it is there, and is told this.
        indirect case sentAway(Refusal)
    }

    public enum Action: Hashable, Sendable {
        /// Ask the ledger; a `.hold` is answered with `held`, `denied` or `ledgerFailed`, a `.settle` with `settled` or
        /// `ledgerFailed`.
        case ask(LedgerOperation)
        /// Tell the ledger; nobody waits for its answer.
        case tell(LedgerOperation)
        /// Send the request to this candidate with this output limit.
        case send(Attempt)
        /// Stop the attempt in flight.
        case cancel
        /// The answer has said all, and its provider keeps it open: stop the attempt in flight, and tell how it has ended as if
        /// the provider had ended it.
        case close
        /// The exchange is done with the attempt in flight, and its provider works on: tell this what still comes of it, and
        /// perform what that says.
        indirect case readOn(LateReading)
        /// What concerns the attempt beside the one in flight.
        indirect case hedge(HedgeAction)
        /// Content has arrived: from here on the answer goes to the caller as it comes.
        case beginAnswer
        /// The attempt is over and settled: send what is left of the answer.
        case finish
        /// Pass on the provider's own error, kept from the attempt that just failed.
        case forwardError
        /// Answer with this error; in a stream that has begun, end it with this error.
        indirect case refuse(Refusal)
        /// Budgets allow an older answer to the same request, marked as such; where there is none, answer with this error.
        indirect case serveCached(otherwise: Refusal)
        /// The caller is gone: let go of everything.
        case abandon
    }

    /// One request to one target, as the driver is to send it.
    public final class Attempt: Sendable {
        public let candidate: Candidate
        /// The limit that the request leaves with; nil where the endpoint produces no output.
        public let outputLimit: Int?
        /// Whether a budget has lowered the limit, the caller's own included.
        public let isClamped: Bool
        public let hold: Hold
        public var id: AttemptID { hold.attempt }

        init(candidate: Candidate, outputLimit: Int?, isClamped: Bool, hold: Hold) {
            self.candidate = candidate
            self.outputLimit = outputLimit
            self.isClamped = isClamped
            self.hold = hold
        }
    }

    enum Phase: Hashable {
        case ready
        /// Waits for room at a target; nothing is held.
        case queued
        case holding
        /// Sent; the caller has seen no content.
        case waiting
        /// The caller has seen content.
        case answering
        case settling(Ending)
        case done
    }

    enum Ending: Hashable {
        case finish
        case forwardError
        indirect case refuse(Refusal)
        indirect case serveCached(Refusal)
        case abandon
    }

    public internal(set) var request: Request
    /// Who counts the input more closely; nil where it has been.
    public var closer: (any CloserCount)?
    let policy: Policy.Defaults
    let budgets: BudgetBook
    /// How targets have done of late; nil where nobody remembers.
    let health: HealthBoard?
    /// Who is told what comes of attempts: nobody of a count, which says nothing of how a target generates.
    var judged: HealthBoard? { request.demand.isCount ? nil : health }
    /// What may be sent to them; nil where nobody counts.
    let headroom: HeadroomBoard?
    /// Who is told what providers say and refuse, with the same exception: they have limits of their own for counts.
    var paced: HeadroomBoard? { request.demand.isCount ? nil : headroom }
    /// Where it may wait for room; nobody waits for what a copy brings.
    var queue: Policy.Queue? { request.isCopy ? nil : policy.queue }

    var phase = Phase.ready
    var untried: Candidates
    /// What a threshold has led away from, to come back to.
    var setAside: Candidates = []
    /// The attempt that is being held for or is in flight.
    public internal(set) var attempt: Attempt?
    var meter = AttemptMeter()
    /// By when the attempt in flight is to have brought content.
    var attemptEnd = Timestamp.distantFuture
    /// The attempt beside it, if there is one; and when one is to be started, if it may be.
    var rival: Rival?
    var hedgeAt = Timestamp.distantFuture
    /// The number of the last attempt: how many there have been, with those that were held for and never sent.
    public internal(set) var attemptsMade = 0
    /// The attempts that have ended without the answer.
    var endedAttempts: [Attempted] = []
    /// Of the targets that a budget has refused, what was said to the one that the request is nearest to.
    var denialToTell: BudgetDenial?
    /// Whether the budgets of one of them would have an older answer stand in.
    var mayServeCached = false
    /// The room that was taken for the attempt; nil where it counts against nothing.
    var permit: HeadroomPermit?
    /// The targets that were passed over for lack of room, and which of them will have some first.
    var short: [Candidate] = []
    var soonest: (shortage: Shortage, candidate: Candidate)?
    var allAreCooling = true
    /// Whether a target was passed over for what the request could cost there.
    var hasPassedDear = false
    /// The place in the line of those who wait, and for how long at the most.
    var ticket: Int?
    var queueEnd: Timestamp?
    /// The route whose targets are tried because a budget would rather have that. There is one at most: no loops.
    public var degradedRoute: String? { otherRoute?.name }
    /// The same, once there has been an attempt along it.
    public var degradedRouteTaken: String? { attempts > attemptsElsewhere ? degradedRoute : nil }
    var otherRoute: Route?
    /// How many attempts had been sent before one along that.
    var attemptsElsewhere = 0
    var mayDegrade: Bool
    var lastFailure: (failure: UpstreamFailure, candidate: Candidate)?
    /// The try that it has taken of a target that has failed often.
    var tried: Try?
    var resentStale = false
    /// Whether the clock has been beyond the end of the hold that is asked for: it may be gone, whatever the time is now.
    var holdMayBeGone = false
    var began = Timestamp(milliseconds: 0)
    var actions = Actions()

    /// Whether the caller takes nothing of what there is, so that silence is not the provider's.
    var isHeldUp = false

    /// When the driver is to say ``Event/deadlinePassed``, unless something else happens first.
    public internal(set) var deadline = Timestamp.distantFuture
    /// What the last settlement left of the tightest budget.
    public internal(set) var remaining: Money?
    /// The budgets that have passed thresholds, as the ledger said last.
    public internal(set) var warnings: [BudgetWarning] = []
    /// Whether the last settlement left less than such a request may cost.
    var leavesTooLittle = false
    /// What the caller is charged so far for all attempts together: their cost, unless its terms say otherwise.
    public internal(set) var cost = Money.zero
    /// Whether the caller has terms of its own, by which it does not see what providers charge.
    public var hidesReportedCost: Bool { request.terms?.hidesCost ?? false }
    /// What attempts that are read on may still be charged beyond what is in `cost`.
    var atStake = Money.zero
    /// Whether no attempt is read on whose cost would come on top of `cost`.
    public var isCostKnown: Bool { atStake == .zero }
    /// How many attempts have been sent.
    public internal(set) var attempts = 0
    public var isDone: Bool { phase == .done }
    /// Whether `attempt` goes out once more, since the kept connection that it left on turned out to be closed: what closed that
    /// has likely closed others, so it wants a new one.
    public func isResent(_ attempt: Attempt) -> Bool {
        if let rival, rival.attempt.id == attempt.id { return rival.resentStale }
        return self.attempt?.id == attempt.id && resentStale
    }
    /// Whether the caller has seen content, or is about to, so that there is no other target any more.
    public var isAnswering: Bool { phase == .answering }
    /// When the last attempt has brought its first content; nil where none has come.
    public var firstContentAt: Timestamp? {
        meter.wasSent ? meter.firstContent.map { meter.sentAt + $0 } : nil
    }
    /// Whether it waits for a provider: for its answer, the rest of that, or for room.
    public var waitsForProvider: Bool { phase == .waiting || phase == .answering || phase == .queued }

    public init(
        _ request: Request, defaults: Policy.Defaults, budgets: BudgetBook, health: HealthBoard? = nil,
        headroom: HeadroomBoard? = nil
    ) {
        self.request = request
        self.health = health
        self.headroom = headroom
        self.policy = defaults
        self.budgets = budgets
        self.untried = request.candidates
        mayDegrade = !budgets.routes.isEmpty
    }

    /// Takes in what happened and says what to do about it.
    public func handle(_ event: Event, at now: Timestamp) -> Actions {
        switch event {
        case .begin:
            takeTry(at: now)
            begin(at: now)
        case .held(let remaining, let warnings):
            self.warnings = warnings
            held(remaining, at: now)
        case .denied(let denial): denied(denial, at: now)
        case .ledgerFailed: ledgerFailed(at: now)
        case .settled(let remaining, let warnings): settled(remaining, warnings)
        case .answering(let status): answering(status, at: now)
        case .content(let bytes, let pieces): content(bytes, pieces, at: now)
        case .unseen(let bytes, let pieces): unseen(bytes, pieces, at: now)
        case .activity: activity(at: now)
        case .contentless: contentless(at: now)
        case .heldUp(let isHeldUp): heldUp(isHeldUp, at: now)
        case .usage(let usage, let service, let reported, let lacksOutput):
            let whole = attempt.map { request.completing(usage, by: $0.candidate) }
            meter.report(whole ?? usage, service: service, cost: reported, lacksOutput: lacksOutput)
        case .searched(let count): meter.searches = count
        case .told(let left): told(left, at: now)
        case .finished:
            meter.finished += 1
            if phase == .answering { restIdle(at: now) }
        case .ended: ended(at: now)
        case .failed(let failure): failed(failure, at: now)
        case .notLeft: meter.hasLeft = false
        case .unread: meter.isUnread = true
        case .deadlinePassed: deadlinePassed(at: now)
        case .clientGone: leave(.abandon, at: now)
        case .sentAway(let refusal): leave(.refuse(refusal), at: now)
        }
        mindTry(after: event, at: now)
        return wanted(after: event)
    }

    func wanted(after event: Event) -> Actions {
        switch event {
        case .notLeft, .unread: break
        default:
            meter.forgetConnection()
            rival?.meter.forgetConnection()
        }
        let wanted = actions
        actions = Actions()
        return wanted
    }
}

extension Exchange.Request {
    /// What it costs if all is as usual, by its first target: its input as guessed, and no long answer.
    public var usualCost: Money {
        let output = demand.producesOutput ? min(demand.outputLimit ?? .max, Demand.usualOutput) : 0
        return candidates[0].rates.cost(of: Usage(input: demand.inputEstimate, output: output)).total
    }
}

extension Exchange.Event {
    /// What an exchange is told when the ledger has done, or not done, what it asked.
    @inlinable
    public init(_ outcome: Result<LedgerOutcome, StoreError>) {
        switch outcome {
        case .success(.held(let remaining, let warnings)): self = .held(remaining: remaining, warnings: warnings)
        case .success(.denied(let denial)): self = .denied(denial)
        case .success(.settled(let remaining, _, let warnings)):
            self = .settled(remaining: remaining, warnings: warnings)
        case .success(.alreadySettled), .success(.expired), .success(.toppedUp), .success(.noted):
            self = .settled(remaining: nil)
        case .failure: self = .ledgerFailed
        }
    }
}

extension Exchange.Attempt: Hashable {
    public static func == (left: Exchange.Attempt, right: Exchange.Attempt) -> Bool {
        left.hold == right.hold && left.candidate == right.candidate && left.outputLimit == right.outputLimit
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
