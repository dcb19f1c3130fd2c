/// What beside chats a provider offers under OpenAI's paths.
extension Provider {
    /// Whether requests for `endpoint` can be sent here at all.
    ///
    /// What is not in the table has an address of its own in the configuration, and knows itself what it has.
    ///
    /// Written from what is known of them, and not read at the source so far. The places to check it by:
    /// https://platform.openai.com/docs/api-reference, https://docs.mistral.ai/api,
    /// https://console.groq.com/docs/api-reference, https://docs.together.ai/reference, https://docs.cohere.com/reference/rerank,
    /// https://docs.x.ai/docs/api-reference, https://docs.voyageai.com/reference/reranker-api,
    /// https://docs.fireworks.ai/api-reference.
    package func serves(_ endpoint: GovernedEndpoint) -> Bool {
        if endpoint.isEmbeddings {
            // At Vertex only chats are to be had in OpenAI's words.
            return dialect.embeddings != nil && (host != .vertex || dialect != .openAI && dialect != .responses)
        }
        guard endpoint.isByPiece else { return true }
        if dialect == .cohere { return endpoint == .rerank }
        guard dialect == .openAI || dialect == .responses || dialect == .mistral, host != .vertex else { return false }
        switch id {
        case "openai", "azure": return endpoint != .rerank
        case "mistral": return endpoint == .moderations || endpoint == .transcriptions
        case "groq": return endpoint == .transcriptions || endpoint == .speech
        case "together": return endpoint != .moderations && endpoint != .imageEdits
        case "jina": return endpoint == .rerank
        case "fireworks": return endpoint == .rerank
        // Its edits are asked for in JSON.
        case "xai": return endpoint == .images
        case "voyageai": return endpoint == .rerank
        case "anthropic", "bedrock", "cerebras", "deepseek", "gemini", "ollama", "perplexity", "vertex", "zai":
            return false
        default: return true
        }
    }
}
