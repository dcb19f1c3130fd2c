import TuppenceCore
import TuppenceDialects

/// The budgets of a configuration.
struct BudgetsSection {
    private(set) var rules: [BudgetRule] = []
    private var names: Set<String> = []
    private let zones: TimeZoneDatabase

    /// Reads `budgets: [{ name: each-user, scope: { user: each }, limit: $1, per: day }]`.
    init(_ section: YAMLCursor?, scopes: BudgetScopes, zones: TimeZoneDatabase) {
        self.zones = zones
        for cursor in section?.list(of: "budgets") ?? [] {
            if let rule = read(cursor, scopes: scopes) { rules.append(rule) }
        }
    }

    private mutating func read(_ cursor: YAMLCursor, scopes: BudgetScopes) -> BudgetRule? {
        let known = ["name", "scope", "limit", "per", "timezone", "soft", "hard"]
        guard let fields = cursor.fields(of: "a budget", known, later: ["on_store_failure"]) else { return nil }
        let name = fields.required("name", "'name: daily'").flatMap { readName($0) }
        let scope = fields.required("scope", "'scope: { key: my-app }' or 'scope: { user: each }'").flatMap(scopes.read)
        let limit = fields.required("limit", "'limit: $20'")?.money()
        let period = fields.required("per", "'per: day'")?.choice("period", BudgetPeriod.allCases.map(\.rawValue))
        let zone = fields["timezone"].flatMap { zones.read($0) }
        let actions = fields["hard"].map(readActions) ?? [.reject]
        let thresholds = limit.flatMap { limit in fields["soft"].map(SoftThresholds(limit: limit).read) } ?? []
        guard let name, let scope, let limit, let period = period.flatMap(BudgetPeriod.init) else { return nil }
        return BudgetRule(
            name: name, scope: scope, limit: limit, period: period, actions: actions, thresholds: thresholds, zone: zone
        )
    }

    /// Reads `clamp`, or `[reject, clamp]`: what it does, and what else a caller may ask for.
    private func readActions(_ cursor: YAMLCursor) -> [BudgetAction] {
        let known = BudgetAction.allCases.map(\.rawValue)
        let cursors = cursor.node.sequence == nil ? [cursor] : cursor.list(of: "hard actions")
        if cursor.node.sequence?.isEmpty == true {
            cursor.report("a budget without a hard action.", "Say what it does: \(known.quoted("or")).")
        }
        return cursors.compactMap { cursor in
            cursor.choice("hard action", known, later: ["cached", "degrade"]).flatMap(BudgetAction.init)
        }
    }

    private mutating func readName(_ cursor: YAMLCursor) -> String? {
        guard let name = cursor.name() else { return nil }
        if names.insert(name.value).inserted { return name.value }
        cursor.report(
            "there are two budgets called '\(name.written)'.",
            "Give each a name of its own: it is what spending is booked under.")
        return nil
    }
}
