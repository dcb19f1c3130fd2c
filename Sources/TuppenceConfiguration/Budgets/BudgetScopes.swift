import TuppenceCore
import TuppenceDialects

/// What a budget can be scoped by. A name that nothing has is refused, for it would make a budget that never applies.
struct BudgetScopes: Sendable {
    let keys: Set<String>
    /// The names of keys that messages may suggest.
    let suggestedKeys: [String]
    /// Whether keys are known that stand in no file.
    private let hasAllKeys: Bool
    let routes: Set<String>
    let providers: Set<String>
    /// Those of them that take no name away from the others.
    let yielding: Set<String>
    let prices: PriceBook
    private let allowsUnpricedOfAll: Bool
    private let allowsUnpricedOf: [String: Bool]
    private let routed: [Route]

    /// What a file has, those included of which something is wrong.
    init(keys: KeysSection, routes: RoutesSection, targets: TargetResolver) {
        self.keys = keys.names
        suggestedKeys = keys.writtenNames
        hasAllKeys = false
        self.routes = routes.names
        routed = Array(routes.routes.values)
        providers = targets.providers.names
        yielding = targets.providers.settings.yielding
        prices = targets.prices
        allowsUnpricedOfAll = targets.allowsUnpriced
        allowsUnpricedOf = targets.providers.settings.allowsUnpriced
    }

    /// What a configuration has, and keys beside it.
    init(_ configuration: Configuration, keys: Set<String>) {
        self.keys = keys.union(configuration.keys.map(\.name))
        suggestedKeys = self.keys.sorted()
        hasAllKeys = true
        let policy = configuration.policy
        routes = Set(policy.routes.keys)
        routed = Array(policy.routes.values)
        providers = policy.providers
        yielding = policy.yielding
        prices = policy.prices
        allowsUnpricedOfAll = policy.allowsUnpriced
        allowsUnpricedOf = policy.allowsUnpricedOf
    }

    /// Reads `{ key: analytics, user: each, family: gpt-*, model: local/llama, tag: { team: search } }`.
    func read(_ cursor: YAMLCursor) -> [BudgetDimension: BudgetRule.Match]? {
        let dimensions = BudgetDimension.allCases.map(\.name) + ["tag"]
        guard let fields = cursor.fields(of: "a scope", dimensions) else { return nil }
        var scope: [BudgetDimension: BudgetRule.Match] = [:]
        for dimension in BudgetDimension.allCases {
            guard let value = fields.values[dimension.name] else { continue }
            guard let text = value.text("a \(dimension.name), or 'each'") else { return nil }
            if dimension == .model {
                guard read(model: text, at: value, into: &scope) else { return nil }
            } else {
                guard let match = match(dimension, text, value) else { return nil }
                scope[dimension] = match
            }
        }
        if let tags = fields.values["tag"] {
            guard let matches = read(tags: tags) else { return nil }
            scope.merge(matches) { $1 }
        }
        guard !scope.isEmpty else {
            if cursor.node.mapping?.isEmpty == true {
                cursor.report("a scope names what it limits.", "Add \(dimensions.quoted("or")).")
            }
            return nil
        }
        return scope
    }

    /// Behind what is said of the provider, which it may name as well.
    private func read(
        model text: YAMLText, at cursor: YAMLCursor, into scope: inout [BudgetDimension: BudgetRule.Match]
    ) -> Bool {
        switch reading(of: text, beside: scope[.provider], at: cursor) {
        case nil: return false
        case .alone?: scope[.model] = match(.model, text, cursor)
        case .of(let provider, let model)?:
            scope[.provider] = .exactly(provider)
            scope[.model] = NamePattern(model).map(BudgetRule.Match.matching) ?? .exactly(model)
        }
        return scope[.model] != nil
    }

    private func match(
        _ dimension: BudgetDimension, _ text: YAMLText, _ cursor: YAMLCursor
    ) -> BudgetRule.Match? {
        if text.value == "each" { return .each }
        if let pattern = NamePattern(text.value), dimension == .model || dimension == .family {
            if allowsUnpriced || models.contains(where: { matches(dimension, pattern, $0) }) {
                return .matching(pattern)
            }
            if dimension == .model, providers.contains(where: { isListed(pattern, $0) }) { return .matching(pattern) }
            cursor.report(
                "no model with a price is like '\(text.written)'.",
                "A * stands for any letters or none, and all the rest has to be there.")
            return nil
        }
        if dimension == .customer || dimension == .user, text.value.contains("*") {
            cursor.report(
                "'\(text.written)' is no \(dimension.name): patterns are for models and families.",
                "Name one, or write 'each' for a budget of each one's own.")
            return nil
        }
        if exists(dimension, text.value) { return .exactly(text.value) }
        let suggestion = Suggestion.sentence(for: text.value, among: candidates(dimension))
        cursor.report(
            "there is no \(dimension.name) '\(text.written)'.",
            suggestion.isEmpty ? "Name one that is configured, or write 'each'.\(elsewhere(dimension))" : suggestion)
        return nil
    }

    /// Where a budget goes for a key that stands in no file.
    private func elsewhere(_ dimension: BudgetDimension) -> String {
        dimension == .key && !hasAllKeys
            ? " One that 'tuppence keys create' made has its budget in the store, too: tuppence budgets add." : ""
    }

    /// Reads `{ team: search, project: each }`, or a text. Callers make these up, so any that can be sent may be there.
    private func read(tags cursor: YAMLCursor) -> [BudgetDimension: BudgetRule.Match]? {
        if cursor.isScalar, !cursor.isNull { return read(tagText: cursor) }
        let entries = cursor.entries("tag")
        if entries.isEmpty && (cursor.isNull || cursor.node.mapping?.isEmpty == true) {
            cursor.report("a scope by tag names the tag.", "Write 'tag: { team: search }' or 'tag: { team: each }'.")
        }
        var matches: [BudgetDimension: BudgetRule.Match] = [:]
        for entry in entries {
            guard RequestTags.isPlain(entry.name) else {
                entry.key.report("'\(entry.name)' is no tag's name.", Self.tagForm)
                continue
            }
            guard let text = entry.value.text("a value of the tag '\(entry.name)', or 'each'") else { continue }
            if let match = match(tagValue: text.value) {
                matches[.tag(entry.name)] = match
            } else {
                entry.value.report("'\(text.written)' is no tag's value.", Self.tagForm)
            }
        }
        return matches.isEmpty ? nil : matches
    }

    /// Reads `team=search,project=each` as requests have tags, and `team` for each value that it has.
    private func read(tagText cursor: YAMLCursor) -> [BudgetDimension: BudgetRule.Match]? {
        guard let text = cursor.text("tags such as team=search") else { return nil }
        guard text.value != "each" else {
            cursor.report(
                "a scope by tag names the tag.",
                "Write 'tag: { team: each }' for a budget of each value that the tag 'team' has.")
            return nil
        }
        var matches: [BudgetDimension: BudgetRule.Match] = [:]
        for tag in text.value.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = tag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0].drop { $0 == " " })
            guard RequestTags.isPlain(name), matches[.tag(name)] == nil,
                let match = match(tagValue: parts.count == 2 ? String(parts[1]) : "each")
            else {
                cursor.report("'\(text.written)' is no tag.", "Write 'tag: { team: search }'. \(Self.tagForm)")
                return nil
            }
            matches[.tag(name)] = match
        }
        return matches
    }

    private func match(tagValue value: String) -> BudgetRule.Match? {
        if value == "each" { return .each }
        return RequestTags.isPlain(value) ? .exactly(value) : nil
    }

    private static let tagForm =
        "Use 1 to \(RequestTags.maximumLength) letters, digits and any of - _ . : @ + /."

    private func exists(_ dimension: BudgetDimension, _ value: String) -> Bool {
        switch dimension {
        case .key: keys.contains(value)
        // Callers name these, and nobody has a list of them.
        case .customer, .user, .tag: !value.isEmpty
        // Without its key a known provider is not configured, but neither is it a mistake to limit it.
        case .provider: providers.contains(value) || ProviderCatalog.provider(value) != nil
        case .route: routes.contains(value) || isTarget(value) || isName(value)
        case .model: isListed(value) || allowsUnpriced
        case .family: allowsUnpriced || models.contains { ModelFamily.name(of: $0) == value }
        }
    }

    private func isTarget(_ value: String) -> Bool { Target(value).map { exists(.provider, $0.provider) } ?? false }

    /// Whether it can be asked for without a provider's name.
    private func isName(_ model: String) -> Bool {
        [providers.subtracting(yielding), providers].contains { !prices.owners(of: model, among: $0).isEmpty }
    }

    /// Whether models without a price may be used at some provider: any name may be one then.
    private var allowsUnpriced: Bool { providers.contains { allowsUnpriced(of: $0) } }

    func allowsUnpriced(of provider: String) -> Bool { allowsUnpricedOf[provider] ?? allowsUnpricedOfAll }

    /// Whether a configured provider has a price for it.
    private func isListed(_ model: String) -> Bool {
        providers.contains { prices.listing(of: Target(provider: $0, model: model)) != nil }
    }

    /// The models that can be asked for.
    private var models: [String] { models(of: providers) }

    /// The models of some providers, as prices and routes name them. A price for `llama*` counts as `llama`.
    func models(of providers: Set<String>) -> [String] {
        let targets = prices.targets + routed.flatMap(\.everyCandidate).map(\.target)
        let named = targets.filter { providers.contains($0.provider) }.map(\.model)
        return named + providers.sorted().flatMap { prices.prefixes(of: $0) }
    }

    private func matches(_ dimension: BudgetDimension, _ pattern: NamePattern, _ model: String) -> Bool {
        pattern.matches(dimension == .family ? ModelFamily.plainName(of: model) : model)
    }

    private func candidates(_ dimension: BudgetDimension) -> [String] {
        switch dimension {
        case .key: suggestedKeys
        case .customer, .user, .tag: []
        case .provider: providers.sorted() + ProviderCatalog.all.map(\.id)
        case .route: routes.sorted()
        case .model: Set(prices.targets.map(\.model)).sorted()
        case .family: Set(models.map(ModelFamily.name)).sorted()
        }
    }
}
