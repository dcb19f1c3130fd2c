import TuppenceCore
import TuppenceDialects

/// Finds what the file means by `provider/model`, and says what is missing where there is no such thing.
struct TargetResolver {
    let providers: ProvidersSection
    let prices: PriceBook
    let allowsUnpriced: Bool

    /// Which has no routes and budgets yet.
    var policy: Policy {
        Policy(
            routes: [:], providers: providers.names, prices: prices, allowsUnpriced: allowsUnpriced,
            usualServices: providers.usualServices, onDisconnect: providers.onDisconnect,
            limits: providers.settings.limits, leastOutputLimits: providers.settings.leastOutputLimits,
            allowsUnpricedOf: providers.settings.allowsUnpriced, yielding: providers.settings.yielding)
    }

    /// The target that a scalar names, with its price.
    func candidate(_ cursor: YAMLCursor) -> Candidate? {
        guard let text = cursor.text("a target such as provider/model") else { return nil }
        guard let target = Target(text.value) else {
            let owners = providers.names.sorted().map { Target(provider: $0, model: text.value) }
            let owner =
                owners.first { prices.exactListing(of: $0) != nil } ?? owners.first { prices.listing(of: $0) != nil }
            cursor.report(
                "'\(text.written)' is not a provider and its model.",
                owner.map { "Did you mean '\($0.provider)/\(text.written)'?" } ?? "Write provider/model.")
            return nil
        }
        return candidate(target, written: text.written, at: cursor)
    }

    /// `target` with its price; `written` is what messages may call it.
    func candidate(_ target: Target, written: String, at cursor: YAMLCursor) -> Candidate? {
        guard knows(provider: target.provider) else {
            reportUnknownProvider(of: target, written: written, at: cursor)
            return nil
        }
        do throws(Refusal) {
            let provider = providers.settings.first { $0.id == target.provider }?.provider
            return try policy.candidate(target, refused: provider?.refused(by: target.model) ?? [])
        } catch {
            let listed = prices.targets.filter { $0.provider == target.provider }.map(\.model)
            let suggestion = Suggestion.nearest(to: target.model, among: listed).map {
                "Did you mean '\(target.provider)/\($0)'? "
            }
            cursor.report(
                "no price is known for '\(written)', so it cannot be budgeted.",
                (suggestion ?? "") + "Add it under 'prices', or set 'unpriced: allow'.")
            return nil
        }
    }

    /// Aggregators go before all others, whatever `priority` says within its tier.
    func priority(_ priority: Int, of candidate: Candidate) -> Int {
        (providers.tiers[candidate.target.provider] ?? .direct).priority(priority)
    }

    func knows(provider: String) -> Bool { providers.names.contains(provider) }

    private func reportUnknownProvider(of target: Target, written: String, at cursor: YAMLCursor) {
        let message = "'\(written)' leads to no provider that is configured."
        if let listed = ProviderCatalog.provider(target.provider) {
            let variable = listed.keyVariable.map { "Set \($0), or add" } ?? "Add"
            cursor.report(message, "\(variable) '\(listed.id):' under 'providers'.")
        } else {
            let known = providers.names.sorted() + ProviderCatalog.all.map(\.id)
            let suggestion = Suggestion.sentence(for: target.provider, among: known)
            cursor.report(message, suggestion.isEmpty ? "Add it under 'providers', with its 'base_url'." : suggestion)
        }
    }
}
