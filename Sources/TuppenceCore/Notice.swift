/// Something that a person should hear about, in the log and at the addresses that the configuration names.
public struct Notice: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A budget has passed one of its thresholds.
        case budgetThreshold = "budget.threshold"
        /// A budget refused for the first time in its window.
        case budgetExhausted = "budget.exhausted"
        /// The store cannot be written, and budgets have allowed a request all the same.
        case allowanceUsed = "allowance.used"
        /// The store has taken in what was done while it could not be written.
        case allowanceReplayed = "allowance.replayed"
        /// A provider will not work for our account: no credit is left, or its key is wrong.
        case providerRefuses = "provider.refuses"
        /// A provider does not have a model that a route leads to.
        case modelGone = "model.gone"
        /// A provider does not answer its health check.
        case providerGone = "provider.gone"
        /// It answers again.
        case providerBack = "provider.back"
        /// A key repeats itself and is made to wait.
        case loopSlowed = "loop.slowed"
        /// A key went on repeating itself and is refused.
        case loopStopped = "loop.stopped"
        /// Something was used that no price is known for, and cost nothing.
        case priceUnknown = "price.unknown"
        /// What a provider says it charges and what is computed here are apart.
        case costDrift = "cost.drift"
        /// A settlement has booked more than was held for it.
        case holdExceeded = "hold.exceeded"
        /// A settlement came after its hold had expired.
        case settlementLate = "settlement.late"
    }

    public enum Value: Hashable, Sendable {
        case text(String)
        case count(Int)
        case money(Money)
        case time(Timestamp)
    }

    public var kind: Kind
    public var at: Timestamp
    /// One sentence that says what happened and what to do.
    public var message: String
    /// For programs, in the order in which they are to be written.
    public var details: [(name: String, value: Value)]
    /// URLs that it is posted to; where there are none it is only logged.
    public var destinations: [String]

    public init(
        kind: Kind, at: Timestamp, message: String, details: [(name: String, value: Value)] = [],
        destinations: [String] = []
    ) {
        self.kind = kind
        self.at = at
        self.message = message
        self.details = details
        self.destinations = destinations
    }

    public static func == (left: Notice, right: Notice) -> Bool {
        left.kind == right.kind && left.at == right.at && left.message == right.message
            && left.destinations == right.destinations && left.details.elementsEqual(right.details, by: ==)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(at)
        hasher.combine(message)
    }
}

/// Takes notices in without waiting for their delivery; may be called on an event loop.
public protocol NoticeSink: AnyObject, Sendable {
    func post(_ notice: Notice)
}
