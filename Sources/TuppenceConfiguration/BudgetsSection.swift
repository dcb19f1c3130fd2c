import TuppenceCore
import TuppenceDialects

/// The budgets of a configuration.
struct BudgetsSection {
    private(set) var rules: [BudgetRule] = []
    private var names: Set<String> = []
    private let zones: TimeZoneDatabase
    private let hasEmergencyJournal: Bool

    /// Reads `budgets: [{ name: each-user, scope: { user: each }, limit: $1, per: day }]`.
    init(_ section: YAMLCursor?, scopes: BudgetScopes, zones: TimeZoneDatabase, hasEmergencyJournal: Bool) {
        self.zones = zones
        self.hasEmergencyJournal = hasEmergencyJournal
        for cursor in section?.list(of: "budgets") ?? [] {
            if let rule = read(cursor, scopes: scopes) { rules.append(rule) }
        }
    }

    private mutating func read(_ cursor: YAMLCursor, scopes: BudgetScopes) -> BudgetRule? {
        let known = ["name", "scope", "limit", "per", "timezone", "soft", "hard", "on_store_failure"]
        guard let fields = cursor.fields(of: "a budget", known) else { return nil }
        let name = fields.required("name", "'name: daily'").flatMap { readName($0) }
        let scope = fields.required("scope", "'scope: { key: my-app }' or 'scope: { user: each }'").flatMap(scopes.read)
        let limit = fields.required("limit", "'limit: $20'")?.money()
        let period = fields.required("per", "'per: day'")?.choice("period", BudgetPeriod.allCases.map(\.rawValue))
        let zone = fields["timezone"].flatMap { zones.read($0) }
        let routes = BudgetRoutes(routes: scopes.routes, own: scope?.ownRoute)
        let hard = HardActions(fields["hard"], routes: routes)
        let soft = limit.map { SoftThresholds(limit: $0, routes: routes) }
        let thresholds = soft.flatMap { soft in fields["soft"].map(soft.read) } ?? []
        let onFailure = OnStoreFailure(
            fields["on_store_failure"], limit: limit, hasEmergencyJournal: hasEmergencyJournal)
        guard let name, let scope, let limit, let period = period.flatMap(BudgetPeriod.init) else { return nil }
        return BudgetRule(
            name: name, scope: scope, limit: limit, period: period, actions: hard.actions, degradeTo: hard.degradeTo,
            thresholds: thresholds, zone: zone, allowance: onFailure.allowance)
    }

    private mutating func readName(_ cursor: YAMLCursor) -> String? {
        guard let name = cursor.name() else { return nil }
        if name.value.hasPrefix(BudgetAccount.walletPrefix) {
            cursor.report(
                "names that begin with '\(BudgetAccount.walletPrefix)' are those of wallets.", "Choose another.")
            return nil
        }
        if names.insert(name.value).inserted { return name.value }
        cursor.report(
            "there are two budgets called '\(name.written)'.",
            "Give each a name of its own: it is what spending is booked under.")
        return nil
    }
}

extension [BudgetDimension: BudgetRule.Match] {
    /// The one route that a scope names.
    fileprivate var ownRoute: String? { if case .exactly(let name) = self[.route] { name } else { nil } }
}
