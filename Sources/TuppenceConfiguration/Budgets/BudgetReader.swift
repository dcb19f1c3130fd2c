import TuppenceCore

/// Reads budgets, those of a file and those that are made while the gateway runs.
struct BudgetReader: Sendable {
    let scopes: BudgetScopes
    let zones: TimeZoneDatabase
    let hasEmergencyJournal: Bool

    /// Reads `{ name: each-user, scope: { user: each }, limit: $1, per: day }`.
    ///
    /// - Parameter naming: is told the name and where it stands; false where it can't be had.
    func read(_ cursor: YAMLCursor, naming: (YAMLCursor, YAMLText) -> Bool) -> BudgetRule? {
        let written = cursor.fields(
            of: BudgetDefinition.place, BudgetDefinition.fields, misplaced: BudgetDefinition.misplaced)
        guard let fields = written else { return nil }
        let name = fields.required("name", "'name: daily'").flatMap { readName($0, naming) }
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

    private func readName(_ cursor: YAMLCursor, _ naming: (YAMLCursor, YAMLText) -> Bool) -> String? {
        guard let name = cursor.name() else { return nil }
        if name.value.hasPrefix(BudgetAccount.walletPrefix) {
            cursor.report(
                "names that begin with '\(BudgetAccount.walletPrefix)' are those of wallets.", "Choose another.")
            return nil
        }
        return naming(cursor, name) ? name.value : nil
    }
}

extension [BudgetDimension: BudgetRule.Match] {
    /// The one route that a scope names.
    fileprivate var ownRoute: String? { if case .exactly(let name) = self[.route] { name } else { nil } }
}
