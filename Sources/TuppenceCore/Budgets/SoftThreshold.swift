/// A share of a budget that is made known once it is spent, while there is room still.
public struct SoftThreshold: Hashable, Sendable {
    /// Passed when as much is spent; above nothing and not above the limit.
    public let at: Money
    /// URLs that a notice of it goes to; where there are none it is only logged.
    public let notify: [String]

    public init(at: Money, notify: [String] = []) {
        precondition(at > .zero, "a threshold at \(at)")
        self.at = at
        self.notify = notify
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
