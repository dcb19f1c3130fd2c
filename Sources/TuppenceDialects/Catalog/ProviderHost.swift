import TuppenceCore

/// Whose house rules a provider keeps beside its dialect: where a model stands in the path, and which field has the key.
package enum ProviderHost: Hashable, Sendable {
    /// As the dialect's own maker has it.
    case standard
    /// Azure: the key in `api-key`. With a version, the addresses by deployment: `openai/deployments/<model>/…?api-version=…`.
    ///
    /// Source: https://learn.microsoft.com/en-us/azure/foundry/openai/api-version-lifecycle (read 2026-11).
    case azure(version: String?)
    /// Vertex: models lie below project and location, by their makers, and each speaks its maker's dialect.
    case vertex

    package var isAzure: Bool { if case .azure = self { true } else { false } }
}

extension Provider {
    /// What `model` is spoken to in.
    package func dialect(of model: String) -> Dialect {
        guard host == .vertex else { return dialect }
        return ModelFamily.name(of: model) == "claude" ? .anthropic : dialect
    }

    /// Whether a caller's own bytes are what the provider is to get, but for a few edits.
    package func takesBytes(of endpoint: GovernedEndpoint) -> Bool {
        guard host != .vertex else { return false }
        if endpoint.dialect == dialect {
            // Nobody asks Gemini to count, and each of several contents to embed names the model.
            return endpoint != .countContentTokens && (endpoint == .embeddings || !endpoint.isEmbeddings)
        }
        // What is no chat these have as OpenAI has it, but for Mistral's embeddings and completions: it has none but for what
        // fills in a middle, `/v1/fim/completions` (`ApiEndpoint` in what is generated from its OpenAPI schema,
        // https://docs.rs/crate/mistral-openapi-client/latest/source/docs/ApiEndpoint.md, read 2026-11).
        guard endpoint.dialect == .openAI, !endpoint.isChat else { return false }
        return dialect == .responses || dialect == .mistral && endpoint != .embeddings && endpoint != .completions
    }

    /// What stands between a request and one of the models here, beside what the model is known to lack.
    package func obstacle(to asks: ProviderAsks, at candidate: Candidate) -> Obstacle? {
        guard serves(asks.endpoint) else { return .noEndpoint(asks.endpoint.offer) }
        // In other dialects nobody is asked for it.
        if asks.isFaster, dialect(of: candidate.target.model) == .anthropic, !candidate.rates.pricesFaster {
            return .unpriced([ServiceTier.faster.rawValue])
        }
        guard asks.hasTextFiles, takesBytes(of: asks.endpoint), candidate.lacks.contains(.pdf) else { return nil }
        return .lacks(.pdf)
    }

    /// Where a caller's own bytes go, behind the base URL.
    package func address(of endpoint: GovernedEndpoint, model: String, streams: Bool) -> String {
        guard endpoint == .generateContent else { return address(of: endpoint.rawValue, model: model) }
        return GeminiAddress.path(
            model: model, host: host == .vertex ? .vertex : .aiStudio,
            method: streams ? .streamGenerateContent : .generateContent)
    }

    /// Where a path of the dialect is, behind the base URL.
    package func address(of path: String, model: String) -> String {
        guard case .azure(let version?) = host else { return path }
        let isOfResponses = path == "responses" || path.hasPrefix("responses/")
        let folder = isOfResponses ? "openai" : "openai/deployments/\(PercentEncoding.encoded(model))"
        return "\(folder)/\(path)?api-version=\(PercentEncoding.encoded(version))"
    }

    /// Whether an address depends on the model.
    package var hasModelInPath: Bool {
        if case .azure(.some) = host { return true }
        return dialect == .gemini
    }

    /// The field that has the key, and what stands before it there.
    package func keyField(speaking dialect: Dialect) -> (name: StaticString, prefix: StaticString) {
        switch (host, dialect) {
        case _ where keyIsToken: ("authorization", "Bearer ")
        case (.vertex, _): ("authorization", "Bearer ")
        case (_, .anthropic): ("x-api-key", "")
        case (.azure, _): ("api-key", "")
        case (_, .gemini): ("x-goog-api-key", "")
        case (_, .openAI), (_, .responses), (_, .mistral), (_, .cohere), (_, .bedrock): ("authorization", "Bearer ")
        }
    }
}
