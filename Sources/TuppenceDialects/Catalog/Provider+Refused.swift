import TuppenceCore

extension Provider {
    /// What `model` here is known to refuse of a request in its own dialect that was made for another model of its maker's.
    package func refused(by model: String) -> RequestTraits {
        switch dialect {
        case .anthropic: return AnthropicModel(model).refused
        case .openAI, .responses:
            // Other hosts overlook much of it, and models of other makers' take it: OpenAI's own hosts alone store chats.
            guard accepts.contains(.store) else { return [] }
            let refused = OpenAIModel(model).refused(in: dialect)
            return outputLimitField == .maxTokens ? refused.subtracting(.maxTokens) : refused
        case .gemini, .bedrock, .cohere, .mistral: return []
        }
    }
}
