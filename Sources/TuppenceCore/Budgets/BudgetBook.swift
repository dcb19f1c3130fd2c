/// All budgets of a configuration, so arranged that those which concern a request are found without looking at the others:
/// there may be one for each of a hundred thousand keys.
public final class BudgetBook: Sendable {
    public let rules: [BudgetRule]
    /// The routes that budgets send requests to, by name.
    let routes: [String: Route]
    /// The places of rules that name no value, and so may concern anybody.
    private let general: [Int]
    /// The places of the others, by one of the values that they name.
    private let specific: [(dimension: BudgetDimension, rules: [String: [Int]])]
    private let remembered: RememberedClaims

    /// The dimension that a rule is found by is the first of these that it names a value of: the one with the most values.
    /// Tags come behind them.
    private static let order: [BudgetDimension] = [.user, .key, .customer, .model, .route, .family, .provider]

    /// - Parameter routes: all that there are; those that rules name are kept.
    public init(_ rules: [BudgetRule] = [], routes: [String: Route] = [:]) {
        self.rules = rules
        let named = Set(rules.lazy.flatMap { $0.thresholds.map(\.degradeTo) + [$0.degradeTo] })
        self.routes = routes.isEmpty || named.isEmpty ? [:] : routes.filter { named.contains($0.key) }
        var general: [Int] = []
        var found: [BudgetDimension: [String: [Int]]] = [:]
        for (place, rule) in rules.enumerated() {
            let named = rule.named.min { Self.rank($0.dimension) < Self.rank($1.dimension) }
            if let (dimension, value) = named {
                found[dimension, default: [:]][value, default: []].append(place)
            } else {
                general.append(place)
            }
        }
        self.general = general
        specific = found.map { ($0.key, $0.value) }
        remembered = RememberedClaims(asking: rules.flatMap(\.asked))
    }

    private static func rank(_ dimension: BudgetDimension) -> Int { order.firstIndex(of: dimension) ?? order.count }

    /// The targets that a budget may send any request to.
    public var targets: some Sequence<Target> { routes.values.lazy.flatMap(\.choices).map(\.candidate.target) }

    /// What `subject` draws on, in the order in which the rules stand.
    func claims(by subject: BudgetSubject, at time: Timestamp) -> [BudgetClaim] {
        if rules.isEmpty { return [] }
        return remembered.claims(of: subject, at: time) { made(for: subject, at: time) }
    }

    /// The same, made anew and not remembered.
    func made(for subject: BudgetSubject, at time: Timestamp) -> [BudgetClaim] {
        if specific.isEmpty { return rules.compactMap { $0.claim(by: subject, at: time) } }
        var places = general
        for (dimension, rules) in specific {
            if let value = subject[dimension], let named = rules[value] { places += named }
        }
        if places.count > general.count { places.sort() }
        return places.compactMap { rules[$0].claim(by: subject, at: time) }
    }
}
