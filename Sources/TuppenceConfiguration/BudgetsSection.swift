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
        let known = ["name", "scope", "limit", "per", "timezone", "hard"]
        guard let fields = cursor.fields(of: "a budget", known, later: ["soft", "on_store_failure"]) else { return nil }
        let name = fields.required("name", "'name: daily'").flatMap { readName($0) }
        let scope = fields.required("scope", "'scope: { key: my-app }' or 'scope: { user: each }'").flatMap(scopes.read)
        let limit = fields.required("limit", "'limit: $20'")?.money()
        let period = fields.required("per", "'per: day'")?.choice("period", BudgetPeriod.allCases.map(\.rawValue))
        let zone = fields["timezone"].flatMap { zones.read($0) }
        let actions = fields["hard"].map(readActions) ?? [.reject]
        guard let name, let scope, let limit, let period = period.flatMap(BudgetPeriod.init) else { return nil }
        return BudgetRule(name: name, scope: scope, limit: limit, period: period, actions: actions, zone: zone)
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

/// What a budget can be scoped by. A name that nothing has is refused, for it would make a budget that never applies.
struct BudgetScopes {
    let keys: KeysSection
    let routes: RoutesSection
    let targets: TargetResolver

    /// Reads `{ key: analytics, user: each }`.
    func read(_ cursor: YAMLCursor) -> [BudgetDimension: BudgetRule.Match]? {
        let dimensions = BudgetDimension.allCases.map(\.rawValue)
        guard let fields = cursor.fields(of: "a scope", dimensions, later: ["family", "tag"]) else { return nil }
        var scope: [BudgetDimension: BudgetRule.Match] = [:]
        for dimension in BudgetDimension.allCases {
            guard let value = fields.values[dimension.rawValue] else { continue }
            guard let text = value.text("a \(dimension.rawValue), or 'each'") else { return nil }
            if text.value == "each" {
                scope[dimension] = .each
            } else if exists(dimension, text.value) {
                scope[dimension] = .exactly(text.value)
            } else {
                let suggestion = Suggestion.sentence(for: text.value, among: candidates(dimension))
                value.report(
                    "there is no \(dimension.rawValue) '\(text.written)'.",
                    suggestion.isEmpty ? "Name one that is configured, or write 'each'." : suggestion)
                return nil
            }
        }
        guard !scope.isEmpty else {
            if cursor.node.mapping?.isEmpty == true {
                cursor.report("a scope names what it limits.", "Add \(dimensions.quoted("or")).")
            }
            return nil
        }
        return scope
    }

    private func exists(_ dimension: BudgetDimension, _ value: String) -> Bool {
        switch dimension {
        case .key: keys.names.contains(value)
        // Callers name these, and nobody has a list of them.
        case .customer, .user: !value.isEmpty
        // Without its key a known provider is not configured, but neither is it a mistake to limit it.
        case .provider: targets.knows(provider: value) || ProviderCatalog.provider(value) != nil
        case .route: routes.names.contains(value) || isTarget(value) || isListed(value)
        case .model: isListed(value) || targets.allowsUnpriced
        }
    }

    private func isTarget(_ value: String) -> Bool { Target(value).map { exists(.provider, $0.provider) } ?? false }

    /// Whether a configured provider has a price for it.
    private func isListed(_ model: String) -> Bool {
        targets.providers.names.contains { targets.prices.listing(of: Target(provider: $0, model: model)) != nil }
    }

    private func candidates(_ dimension: BudgetDimension) -> [String] {
        switch dimension {
        case .key: keys.writtenNames
        case .customer, .user: []
        case .provider: targets.providers.names.sorted() + ProviderCatalog.all.map(\.id)
        case .route: routes.names.sorted()
        case .model: Set(targets.prices.targets.map(\.model)).sorted()
        }
    }
}
