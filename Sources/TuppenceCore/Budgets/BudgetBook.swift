import Synchronization

/// All budgets of a configuration, so arranged that those which concern a request are found without looking at the others:
/// there may be one for each of a hundred thousand keys.
public final class BudgetBook: Sendable {
    public let rules: [BudgetRule]
    /// The places of rules that name no value, and so may concern anybody.
    private let general: [Int]
    /// The places of the others, by one of the values that they name.
    private let specific: [(dimension: BudgetDimension, rules: [String: [Int]])]
    /// What was found for those who asked before, where it takes some doing.
    private let found = Mutex<[BudgetSubject: Claims]>([:])

    /// What somebody draws on, for as long as no window of it ends.
    private struct Claims {
        let subject: BudgetSubject
        let list: [BudgetClaim]
        let from: Timestamp
        let until: Timestamp

        init(_ list: [BudgetClaim], of subject: BudgetSubject) {
            self.subject = subject
            self.list = list
            from = list.lazy.map(\.account.windowStart).max() ?? .distantFuture
            until = list.lazy.map { $0.resetsAt ?? .distantFuture }.min() ?? .distantFuture
        }
    }

    /// Fewer claims than this are made anew sooner than they are looked up.
    private static let fewClaims = 3
    private static let rememberedSubjects = 4_096

    /// The dimension that a rule is found by is the first of these that it names a value of: the one with the most values.
    private static let order: [BudgetDimension] = [.user, .key, .customer, .model, .route, .provider]

    public init(_ rules: [BudgetRule] = []) {
        self.rules = rules
        var general: [Int] = []
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
        self.general = general
        specific = Self.order.compactMap { dimension in found[dimension].map { (dimension, $0) } }
    }

    /// What `subject` draws on, in the order in which the rules stand.
    func claims(by subject: BudgetSubject, at time: Timestamp) -> [BudgetClaim] {
        if rules.count < Self.fewClaims { return rules.compactMap { $0.claim(by: subject, at: time) } }
        if let known = found.withLock({ $0[subject] }), known.from <= time, time < known.until,
            known.subject.hasSameBytes(as: subject)
        {
            return known.list
        }
        let claims = made(for: subject, at: time)
        if claims.count >= Self.fewClaims {
            found.withLock { found in
                if found.count >= Self.rememberedSubjects { found.removeAll(keepingCapacity: true) }
                found[subject] = Claims(claims, of: subject)
            }
        }
        return claims
    }

    private func made(for subject: BudgetSubject, at time: Timestamp) -> [BudgetClaim] {
        if specific.isEmpty { return rules.compactMap { $0.claim(by: subject, at: time) } }
        var places = general
        for (dimension, rules) in specific {
            if let value = subject[dimension], let named = rules[value] { places += named }
        }
        if places.count > general.count { places.sort() }
        return places.compactMap { rules[$0].claim(by: subject, at: time) }
    }
}
