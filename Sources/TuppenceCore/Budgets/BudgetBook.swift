/// All budgets of a configuration, so arranged that those which concern a request are found without looking at the others:
/// there may be one for each of a hundred thousand keys.
public struct BudgetBook: Sendable {
    public let rules: [BudgetRule]
    /// The places of rules that name no value, and so may concern anybody.
    private var general: [Int] = []
    /// The places of the others, by one of the values that they name.
    private var specific: [(dimension: BudgetDimension, rules: [String: [Int]])] = []

    /// The dimension that a rule is found by is the first of these that it names a value of: the one with the most values.
    private static let order: [BudgetDimension] = [.user, .key, .customer, .model, .route, .provider]

    public init(_ rules: [BudgetRule] = []) {
        self.rules = rules
        var found: [BudgetDimension: [String: [Int]]] = [:]
        for (place, rule) in rules.enumerated() {
            let named = Self.order.lazy.compactMap { dimension in
                rule.value(of: dimension).map { (dimension, $0) }
            }
            if let (dimension, value) = named.first {
                found[dimension, default: [:]][value, default: []].append(place)
            } else {
                general.append(place)
            }
        }
        specific = Self.order.compactMap { dimension in found[dimension].map { (dimension, $0) } }
    }

    /// What `subject` draws on, in the order in which the rules stand.
    func claims(by subject: BudgetSubject, at time: Timestamp) -> [BudgetClaim] {
        if specific.isEmpty { return rules.compactMap { $0.claim(by: subject, at: time) } }
        var places = general
        for (dimension, rules) in specific {
            if let value = subject[dimension], let named = rules[value] { places += named }
        }
        if places.count > general.count { places.sort() }
        return places.compactMap { rules[$0].claim(by: subject, at: time) }
    }
}
