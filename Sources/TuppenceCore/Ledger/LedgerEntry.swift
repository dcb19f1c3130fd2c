/// How an attempt ended.
public enum AttemptOutcome: String, Hashable, Sendable, CaseIterable {
    /// The provider's whole answer arrived.
    case completed
    /// The provider refused, could not be reached or answered nonsense, before the caller saw any of its answer.
    case failed
    /// The provider's answer broke off after some of it had reached the caller.
    case truncated
    /// The caller left, or Tuppence gave up waiting.
    case aborted
    /// Nobody settled the hold before its end: the process that took it is gone.
    case expired
    /// There was none: an answer that had been kept was given again.
    case cached
    /// It ran beside another attempt, which was faster.
    case overtaken
}

/// One line of the ledger: what one attempt used and cost. Written once, never changed.
public struct LedgerEntry: Hashable, Sendable {
    public var attempt: AttemptID
    public var at: Timestamp
    public var attribution: Attribution
    public var target: Target
    public var outcome: AttemptOutcome
    /// The provider's HTTP status; 0 if it never answered.
    public var status: Int
    public var usage: Usage
    /// What the provider is owed.
    public var cost: Money
    /// What the caller is charged: the cost, unless a markup or rates of its own say otherwise.
    public var price: Money
    /// Whether the price was taken from a wallet.
    public var isPrepaid: Bool
    /// Whether `usage` is our own count because the provider's was not seen.
    public var estimated: Bool
    /// What the provider itself says it charged, where it says so.
    public var reportedCost: Money?
    public var rateCardVersion: String
    public var duration: Milliseconds
    /// From sending the request to the first content; nil if none came.
    public var firstContent: Milliseconds?

    public init(
        attempt: AttemptID, at: Timestamp, attribution: Attribution, target: Target, outcome: AttemptOutcome,
        status: Int, usage: Usage, cost: Money, estimated: Bool, reportedCost: Money?, rateCardVersion: String,
        duration: Milliseconds, firstContent: Milliseconds?, price: Money? = nil, isPrepaid: Bool = false
    ) {
        self.attempt = attempt
        self.at = at
        self.attribution = attribution
        self.target = target
        self.outcome = outcome
        self.status = status
        self.usage = usage
        self.cost = cost
        self.price = price ?? cost
        self.isPrepaid = isPrepaid
        self.estimated = estimated
        self.reportedCost = reportedCost
        self.rateCardVersion = rateCardVersion
        self.duration = duration
        self.firstContent = firstContent
    }

    public var key: String { attribution.key }
    public var customer: String? { attribution.customer }
    public var user: String? { attribution.user }
    public var route: String? { attribution.route }
    public var tags: String? { attribution.tags }
    public var endpoint: String { attribution.endpoint }
    public var arm: String? { attribution.arm }
}

extension LedgerEntry {
    /// The posting that ends a hold nobody settled. What the provider charges for it, if anything, is not known here.
    @usableFromInline
    static func expired(_ hold: OpenHold, at now: Timestamp) -> LedgerEntry {
        LedgerEntry(
            attempt: hold.attempt, at: now, attribution: hold.attribution, target: hold.target, outcome: .expired,
            status: 0, usage: Usage(), cost: .zero, estimated: true,
            reportedCost: nil, rateCardVersion: "", duration: Milliseconds(0), firstContent: nil)
    }
}
