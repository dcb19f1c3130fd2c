/// What happens to a request that a budget has no room for.
public enum BudgetAction: String, Hashable, Sendable, CaseIterable {
    /// 402.
    case reject
    /// The output limit is lowered to what the budget can still pay for.
    case clamp
    /// The request goes to another route's targets.
    case degrade
    /// An older answer to the same request is given instead, if there is one; it costs nothing.
    case cached
}

/// A limit on what a scope may spend in a period.
public struct BudgetRule: Hashable, Sendable {
    public enum Match: Hashable, Sendable {
        case exactly(String)
        /// One budget for all values that match: of models by their names, of families by the names of their models.
        case matching(NamePattern)
        /// One budget for each value that occurs.
        case each
    }

    public let name: String
    public let limit: Money
    public let period: BudgetPeriod
    /// Whose clocks its windows follow; nil for UTC.
    public let zone: TimeZoneRules?
    /// What it does to requests that it has no room for: the first, or another of these if the caller asks for it.
    public let actions: [BudgetAction]
    /// The route for ``BudgetAction/degrade``.
    public let degradeTo: String?
    /// From the lowest to the highest.
    public let thresholds: [SoftThreshold]
    /// What may be held and spent of it, from the time on that the store cannot be written until it can be; nil for nothing.
    public let allowance: Money?
    /// Of the budgets that are changed while requests run: the one that it was read from; 0 for those that are not. See
    /// ``BudgetLimits``.
    public let edition: Int64
    /// In the order of ``BudgetDimension/allCases``, and tags by their names, so that the same values always name the same
    /// account.
    private let dimensions: [Condition]

    private struct Condition: Hashable, Sendable {
        let dimension: BudgetDimension
        let match: Match
    }

    public init(
        name: String, scope: [BudgetDimension: Match], limit: Money, period: BudgetPeriod,
        actions: [BudgetAction] = [.reject], degradeTo: String? = nil, thresholds: [SoftThreshold] = [],
        zone: TimeZoneRules? = nil, allowance: Money? = nil, edition: Int64 = 0
    ) {
        self.edition = edition
        self.name = name
        self.limit = limit
        self.period = period
        self.actions = actions
        self.degradeTo = degradeTo
        self.thresholds = thresholds.sorted { $0.at < $1.at }
        self.zone = zone
        self.allowance = allowance
        let tags = scope.keys.filter { !BudgetDimension.allCases.contains($0) }.sorted { $0.name < $1.name }
        self.dimensions = (BudgetDimension.allCases + tags).compactMap { dimension in
            scope[dimension].map { Condition(dimension: dimension, match: $0) }
        }
    }

    /// The same with another limit, and nothing but that.
    private init(_ rule: BudgetRule, limit: Money, thresholds: [SoftThreshold], edition: Int64) {
        name = rule.name
        self.limit = limit
        period = rule.period
        zone = rule.zone
        actions = rule.actions
        degradeTo = rule.degradeTo
        self.thresholds = thresholds
        allowance = rule.allowance
        self.edition = edition
        dimensions = rule.dimensions
    }

    /// The same, with as much as `limit` at the most. What thresholds lie beyond it can't be passed any more.
    func limited(to limit: Money) -> BudgetRule {
        BudgetRule(
            self, limit: min(self.limit, limit), thresholds: thresholds.filter { $0.at <= limit }, edition: edition)
    }

    /// The same, as read from `edition` of the budgets that are changed while requests run.
    public func of(edition: Int64) -> BudgetRule {
        BudgetRule(self, limit: limit, thresholds: thresholds, edition: edition)
    }

    /// The dimensions of which it concerns one value only, and which.
    var named: [(dimension: BudgetDimension, value: String)] {
        dimensions.compactMap { condition in
            if case .exactly(let value) = condition.match { (condition.dimension, value) } else { nil }
        }
    }

    /// What it concerns, in the order of ``dimensions``.
    public var scope: [(dimension: BudgetDimension, match: Match)] { dimensions.map { ($0.dimension, $0.match) } }

    /// What it asks of a subject.
    var asked: [BudgetDimension] { dimensions.map(\.dimension) }

    /// The account that `subject` draws on under this rule, or nil if the rule does not concern it.
    public func claim(by subject: BudgetSubject, at time: Timestamp) -> BudgetClaim? {
        var account = name
        for condition in dimensions {
            guard let value = subject[condition.dimension] else { return nil }
            switch condition.match {
            case .exactly(let wanted): if !value.hasSameBytes(as: wanted) { return nil }
            case .matching(let pattern):
                let isFamily = condition.dimension == .family
                if !pattern.matches(isFamily ? ModelFamily.plainName(of: subject.target.model) : value) { return nil }
            case .each: account += "/" + Self.escaped(value)
            }
        }
        let window = BudgetWindow(period, containing: time, in: zone)
        return BudgetClaim(
            account: BudgetAccount(name: account, windowStart: window.start), rule: self, resetsAt: window.end)
    }

    /// `value` without slashes, so that `a/b` and `c` never share an account with `a` and `b/c`.
    private static func escaped(_ value: String) -> String {
        PercentEncoding.encoded(value) { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "%") }
    }

    /// What it does to a request whose caller would like `wish`. Whoever may get less may always ask to be refused.
    func action(wish: BudgetAction?) -> BudgetAction {
        if let wish, wish == .reject || actions.contains(wish) { return wish }
        return actions.first ?? .reject
    }

    /// Whether it has an account for each value of something.
    public var isPerValue: Bool { dimensions.contains { $0.match == .each } }

    /// `key=analytics, model=*`: the scope as people read it.
    public var scopeText: String {
        dimensions.map { condition in
            switch condition.match {
            case .exactly(let value): "\(condition.dimension.name)=\(value)"
            case .matching(let pattern): "\(condition.dimension.name)=\(pattern.text)"
            case .each: "\(condition.dimension.name)=*"
            }
        }.joined(separator: ", ")
    }
}
