extension Provider {
    /// Who it is, by the name that the catalogue has for it; of one that it does not know the maker of its dialect, and of one
    /// that speaks OpenAI's, as anybody does, its own name.
    ///
    /// - Parameter name: what the configuration calls it.
    package func kind(called name: String) -> String {
        if host.isAzure { return "azure" }
        if host == .vertex { return "vertex" }
        if let known = ProviderCatalog.provider(name) ?? ProviderCatalog.provider(at: baseURL, host, dialect) {
            return known.id
        }
        return switch dialect {
        case .openAI, .responses: name
        case .anthropic: "anthropic"
        case .gemini: "gemini"
        case .bedrock: "bedrock"
        case .cohere: "cohere"
        case .mistral: "mistral"
        }
    }
}
