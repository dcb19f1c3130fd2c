/// A share of a budget at which something happens while there is room still: it is made known once it is spent, and
/// requests that would go beyond it may be sent elsewhere.
public struct SoftThreshold: Hashable, Sendable {
    /// Passed when as much is spent; above nothing and not above the limit.
    public let at: Money
    /// URLs that a notice of it goes to; where there are none it is only logged.
    public let notify: [String]
    /// The route that takes requests which would take the budget beyond this, with what is held counted in.
    public let degradeTo: String?

    public init(at: Money, notify: [String] = [], degradeTo: String? = nil) {
        precondition(at > .zero, "a threshold at \(at)")
        self.at = at
        self.notify = notify
        self.degradeTo = degradeTo
    }
}

extension BudgetRule {
    /// What requests may take of it before they are sent elsewhere: the lowest threshold with a route, or else the limit.
    var ceiling: Money { thresholds.first { $0.degradeTo != nil }?.at ?? limit }

    /// Where a request goes that would bring spent and held to `amount`: the route of the highest threshold below that.
    @usableFromInline
    func degradation(at amount: Money) -> String? {
        thresholds.last { $0.degradeTo != nil && $0.at < amount }?.degradeTo
    }
}

/// A budget that has spent as much as one of its thresholds or more.
public struct BudgetWarning: Hashable, Sendable {
    public let claim: BudgetClaim
    public let spent: Money
    /// The thresholds, by their places, that were passed by the very settlement that says so; no other says so of them.
    public let crossed: Range<Int>

    /// - Returns: nil if no threshold is passed.
    @usableFromInline
    init?(_ claim: BudgetClaim, before: Money, after: Money) {
        let thresholds = claim.rule.thresholds
        // They rise.
        let count = thresholds.firstIndex { $0.at > after } ?? thresholds.count
        guard count > 0 else { return nil }
        let earlier = thresholds.firstIndex { $0.at > before } ?? thresholds.count
        self.claim = claim
        spent = after
        crossed = min(earlier, count)..<count
    }

    /// How much of the limit is spent, in whole percent, not rounded up.
    public var percent: Int64 {
        let limit = claim.limit.nanodollars
        guard limit > 0, spent > .zero else { return 0 }
        let product = spent.nanodollars.multipliedFullWidth(by: 100)
        guard product.high < limit else { return .max }
        return limit.dividingFullWidth(product).quotient
    }

    /// `analytics-daily at 83%`: the rule, not the account, whose values callers choose.
    public var text: String { "\(claim.rule.name) at \(percent)%" }
}
