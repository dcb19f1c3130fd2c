import TuppenceCore

extension YAMLCursor {
    /// Reads `{ rpm: 600, tpm: 1000000, concurrency: 32, models: { "llama*": { rpm: 60 } } }`; nil where it limits nothing.
    ///
    /// - Parameter place: whose limits they are, as people say it: "provider 'local'".
    func providerLimits(of place: String) -> ProviderLimits? {
        guard let fields = fields(of: "the 'limits' of \(place)", YAMLFields.limitNames + ["models"]) else {
            return nil
        }
        var models: [String: [RateLimit]] = [:]
        for entry in fields["models"]?.entries("model") ?? [] {
            guard isModel(entry) else { continue }
            let place = "the 'limits' of '\(entry.name)'"
            models[entry.name] = entry.value.fields(of: place, YAMLFields.limitNames)?.limits() ?? []
        }
        let limits = ProviderLimits(shared: fields.limits(), models: models)
        return limits == ProviderLimits() ? nil : limits
    }

    /// A `*` stands at the end or nowhere.
    private func isModel(_ entry: YAMLEntry) -> Bool {
        if !entry.name.isEmpty, !entry.name.dropLast().contains("*") { return true }
        entry.key.report(
            "'\(entry.name)' is not the name of a model.", "A '*' may stand at its end, for all that begin so.")
        return false
    }
}

extension YAMLFields {
    fileprivate static let limitNames = ["rpm", "tpm", "rpd", "tpd", "concurrency"]
    private static let kinds: [(name: String, kind: RateLimit.Kind)] = [
        ("concurrency", .concurrency), ("rpm", .requestsPerMinute), ("tpm", .tokensPerMinute),
        ("rpd", .requestsPerDay), ("tpd", .tokensPerDay),
    ]

    fileprivate func limits() -> [RateLimit] {
        Self.kinds.compactMap { name, kind in
            self[name]?.integer(in: 1...1_000_000_000_000).map { RateLimit(kind, $0) }
        }
    }
}
