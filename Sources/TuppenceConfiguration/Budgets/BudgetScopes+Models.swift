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
        if given == nil, yielding.contains(target.provider), !owners.isEmpty { return .alone }
        if let given, given != .exactly(target.provider) {
            if case .exactly(let provider) = given, has(text.value, provider) { return .alone }
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

    /// The other providers whose model that may be by all of the name, slash and all, in order. Who has every name there is, free of
    /// charge, has none in particular, and nothing there for a budget to count.
    private func owners(ofFullName name: String, otherThan provider: String) -> [String] {
        providers.subtracting([provider]).filter { other in
            if allowsUnpriced(of: other) { return true }
            guard let pattern = NamePattern(name) else { return prices.claims(Target(provider: other, model: name)) }
            return isListed(pattern, other)
        }.sorted()
    }

    /// Whether a provider that the scope names itself may have a model of that very name.
    private func has(_ name: String, _ provider: String) -> Bool {
        guard providers.contains(provider) else { return false }
        if allowsUnpriced(of: provider) { return true }
        guard let pattern = NamePattern(name) else {
            return prices.listing(of: Target(provider: provider, model: name)) != nil
        }
        return isListed(pattern, provider)
            || prices.prefixes(of: provider).contains { pattern.overlaps(prefix: $0) }
    }

    /// Whether it lists a model by its full name that is like that, or has a price for some by how they begin.
    func isListed(_ pattern: NamePattern, _ provider: String) -> Bool {
        let isNamed = prices.targets.contains { $0.provider == provider && pattern.matches($0.model) }
        return isNamed
            || prices.prefixes(of: provider).contains { prefix in
                // That beginning is a name as good as any other that begins so.
                pattern.overlaps(prefix: prefix) && prices.claims(Target(provider: provider, model: prefix))
            }
    }
}

extension NamePattern {
    /// Whether a name that begins with `prefix` may match.
    fileprivate func overlaps(prefix: String) -> Bool {
        let beginning = text.utf8.prefix { $0 != UInt8(ascii: "*") }
        return beginning.starts(with: prefix.utf8) || prefix.utf8.starts(with: beginning)
    }
}
