import TuppenceCore

/// Models that a scope names as requests, prices and routes do, with their provider: `local/llama`, `local/*`.
extension BudgetScopes {
    enum ModelReading {
        /// What stands before its `/`, if it has one, is part of the model's own name.
        case alone
        case of(provider: String, model: String)
    }

    /// - Parameter given: what the scope says of the provider itself.
    /// - Returns: nil, after a report, where it contradicts that, can mean two things, or names what there is not.
    func reading(of text: YAMLText, beside given: BudgetRule.Match?, at cursor: YAMLCursor) -> ModelReading? {
        guard let target = Target(text.value), providers.contains(target.provider) else { return .alone }
        let owners = owners(ofFullName: text.value, otherThan: target.provider)
        if let given, given != .exactly(target.provider) {
            if case .exactly(let provider) = given, allowsUnpriced(of: provider) || owners.contains(provider) {
                return .alone
            }
            cursor.report(
                "'\(text.written)' is a model of provider '\(target.provider)', and the scope names another 'provider'.",
                "Remove one of the two.")
            return nil
        }
        guard isThere(target) else {
            if given == nil, !owners.isEmpty { return .alone }
            let names = models(of: [target.provider]).map { "\(target.provider)/\($0)" }
            let suggestion = Suggestion.sentence(for: text.value, among: Set(names).sorted())
            cursor.report(
                "provider '\(target.provider)' has no model with a price that '\(text.written)' names.",
                suggestion.isEmpty ? "Add it to 'prices', or name one that is there: tuppence prices list" : suggestion)
            return nil
        }
        if given == nil, let owner = owners.first {
            cursor.report(
                "'\(text.written)' is '\(target.model)' of provider '\(target.provider)', and a model's name at '\(owner)'.",
                "Name the provider, too: { provider: \(target.provider), model: \(target.model) } or { provider: \(owner), model: \(text.written) }."
            )
            return nil
        }
        return .of(provider: target.provider, model: target.model)
    }

    /// Whether the provider has it, or one like it.
    private func isThere(_ target: Target) -> Bool {
        if allowsUnpriced(of: target.provider) { return true }
        guard let pattern = NamePattern(target.model) else { return prices.listing(of: target) != nil }
        return models(of: [target.provider]).contains(where: pattern.matches)
    }

    /// The other providers that have a model of that very name, slash and all, in order.
    private func owners(ofFullName name: String, otherThan provider: String) -> [String] {
        let owners: [Target] =
            if let pattern = NamePattern(name) {
                prices.targets.filter { providers.contains($0.provider) && pattern.matches($0.model) }
            } else {
                prices.owners(of: name, among: providers)
            }
        return Set(owners.map(\.provider)).subtracting([provider]).sorted()
    }
}
