import TuppenceDialects

/// How LiteLLM's name for a provider, in front of a model's, becomes one of ours.
///
/// Source: https://docs.litellm.ai/docs/providers and the page of each (read 2026-11).
struct LiteLLMProvider {
    enum Kind {
        /// An API key, and an address of one's own if there is one.
        case keyed
        /// Serves models on a machine of one's own: an address, and hardly ever a key.
        case local
        case azure, bedrock, vertex
    }

    /// Of the catalogue; where it has none of this name there is no way there.
    let id: String
    var kind = Kind.keyed
    /// The environment variable that LiteLLM takes the key from where none is given.
    var keyVariable: String?
    /// What LiteLLM's address lacks of ours: its clients write it themselves.
    var path = ""

    static func named(_ prefix: String) -> LiteLLMProvider? { all[prefix] ?? listed(prefix) }

    /// One that is called as in the catalogue, or as LiteLLM's price list calls it, and needs nothing but a key.
    private static func listed(_ prefix: String) -> LiteLLMProvider? {
        let id = ImportedPrices.liteLLMProviders[prefix] ?? prefix
        // Cloudflare is asked at another address, and in a form of its own.
        guard let provider = ProviderCatalog.provider(id), provider.host == .standard, provider.dialect == .openAI,
            id != "cloudflare"
        else { return nil }
        let variable = keyVariables[prefix] ?? provider.keyVariable
        return LiteLLMProvider(id: id, kind: variable == nil ? .local : .keyed, keyVariable: variable)
    }

    /// Of those whose key LiteLLM looks for elsewhere than we do.
    private static let keyVariables = [
        "jina_ai": "JINA_AI_API_KEY", "vercel_ai_gateway": "VERCEL_AI_GATEWAY_API_KEY",
        "volcengine": "VOLCENGINE_API_KEY",
    ]

    private static let all: [String: LiteLLMProvider] = [
        "openai": LiteLLMProvider(id: "openai", keyVariable: "OPENAI_API_KEY"),
        "text-completion-openai": LiteLLMProvider(id: "openai", keyVariable: "OPENAI_API_KEY"),
        "custom_openai": LiteLLMProvider(id: "openai", keyVariable: "OPENAI_API_KEY"),
        "openai_like": LiteLLMProvider(id: "openai", keyVariable: "OPENAI_LIKE_API_KEY"),
        "litellm_proxy": LiteLLMProvider(id: "openai", keyVariable: "LITELLM_PROXY_API_KEY"),
        "anthropic": LiteLLMProvider(id: "anthropic", keyVariable: "ANTHROPIC_API_KEY"),
        "mistral": LiteLLMProvider(id: "mistral", keyVariable: "MISTRAL_API_KEY"),
        "groq": LiteLLMProvider(id: "groq", keyVariable: "GROQ_API_KEY"),
        "deepseek": LiteLLMProvider(id: "deepseek", keyVariable: "DEEPSEEK_API_KEY"),
        "together_ai": LiteLLMProvider(id: "together", keyVariable: "TOGETHERAI_API_KEY"),
        "fireworks_ai": LiteLLMProvider(id: "fireworks", keyVariable: "FIREWORKS_AI_API_KEY"),
        "openrouter": LiteLLMProvider(id: "openrouter", keyVariable: "OPENROUTER_API_KEY"),
        "xai": LiteLLMProvider(id: "xai", keyVariable: "XAI_API_KEY"),
        "perplexity": LiteLLMProvider(id: "perplexity", keyVariable: "PERPLEXITYAI_API_KEY"),
        "cerebras": LiteLLMProvider(id: "cerebras", keyVariable: "CEREBRAS_API_KEY"),
        "cohere": LiteLLMProvider(id: "cohere", keyVariable: "COHERE_API_KEY"),
        "cohere_chat": LiteLLMProvider(id: "cohere", keyVariable: "COHERE_API_KEY"),
        "gemini": LiteLLMProvider(id: "gemini", keyVariable: "GEMINI_API_KEY"),
        "voyage": LiteLLMProvider(id: "voyageai", keyVariable: "VOYAGE_API_KEY"),
        "ai21_chat": LiteLLMProvider(id: "ai21", keyVariable: "AI21_API_KEY"),
        "zai": LiteLLMProvider(id: "zai", keyVariable: "ZAI_API_KEY"),
        "ollama": LiteLLMProvider(id: "ollama", kind: .local, path: "/v1"),
        "ollama_chat": LiteLLMProvider(id: "ollama", kind: .local, path: "/v1"),
        "hosted_vllm": LiteLLMProvider(id: "vllm", kind: .local),
        "lm_studio": LiteLLMProvider(id: "openai", kind: .local),
        "llamafile": LiteLLMProvider(id: "llamacpp", kind: .local),
        "azure": LiteLLMProvider(id: "azure", kind: .azure, keyVariable: "AZURE_API_KEY"),
        "bedrock": LiteLLMProvider(id: "bedrock", kind: .bedrock),
        "vertex_ai": LiteLLMProvider(id: "vertex", kind: .vertex),
    ]
}
