/// What the auditor has counted; amounts in nanodollars.
public struct Figures: Hashable, Sendable, Encodable {
    public var sent = 0
    public var settled = 0
    public var denied = 0
    /// Attempts that were admitted, and refused, while the store could not be written.
    public var allowed = 0
    public var refused = 0
    /// Times that a budget sent a request to another route.
    public var degraded = 0
    /// Attempts that were sent beside another, and those of which another was faster.
    public var hedged = 0
    public var overtaken = 0
    /// Thresholds of budgets that settlements have passed.
    public var thresholds = 0
    public var expired = 0
    /// Settled after their holds had ended, and what they cost.
    public var late = 0
    public var lateCost: Int64 = 0
    /// By how much answers passed their holds because providers ignored the limit they were given.
    public var beyondLimit: Int64 = 0
    /// The most by which a budget was passed that nothing excuses.
    public var overshoot: Int64 = 0
    /// Attempts whose whole count was seen, and how far ledger and bills are apart on them, all differences added up.
    public var counted = 0
    /// Those of them whose count came when nobody waited for them any more.
    public var countedLate = 0
    public var drift: Int64 = 0
    /// The others: what the ledger estimated, and what their providers bill.
    public var estimated = 0
    public var estimatedCost: Int64 = 0
    public var estimatedBill: Int64 = 0
    /// What providers bill for attempts that nobody was left to settle.
    public var lost = 0
    public var lostBill: Int64 = 0
    public var holdsLeft = 0
    /// Times that a target which had gone behind the others was tried, and answered again.
    public var tries = 0
    public var foundAgain = 0
    /// Retries on targets that had failed twice in a row.
    public var retriesInDoubt = 0
    /// Failures that asked for a pause.
    public var cooled = 0
    /// Requests whose callers got an error after an attempt had failed.
    public var failedRequests = 0
    /// What came while every target was down and known to be, and what was sent for it.
    public var requestsInBlackout = 0
    public var attemptsInBlackout = 0

    public init() {}

    public mutating func add(_ other: Figures) {
        sent += other.sent
        settled += other.settled
        denied += other.denied
        allowed += other.allowed
        refused += other.refused
        degraded += other.degraded
        hedged += other.hedged
        overtaken += other.overtaken
        thresholds += other.thresholds
        expired += other.expired
        late += other.late
        lateCost += other.lateCost
        beyondLimit += other.beyondLimit
        overshoot = max(overshoot, other.overshoot)
        counted += other.counted
        countedLate += other.countedLate
        drift += other.drift
        estimated += other.estimated
        estimatedCost += other.estimatedCost
        estimatedBill += other.estimatedBill
        lost += other.lost
        lostBill += other.lostBill
        holdsLeft += other.holdsLeft
        tries += other.tries
        foundAgain += other.foundAgain
        retriesInDoubt += other.retriesInDoubt
        cooled += other.cooled
        failedRequests += other.failedRequests
        requestsInBlackout += other.requestsInBlackout
        attemptsInBlackout += other.attemptsInBlackout
    }
}
