extension Dialect {
    /// How providers are spoken to in it.
    package var outbound: any OutboundDialect.Type {
        switch self {
        case .openAI: OpenAIChat.self
        case .anthropic: AnthropicMessages.self
        case .responses: OpenAIResponses.self
        case .gemini: GeminiChat.self
        case .bedrock: BedrockConverse.self
        case .cohere: CohereChat.self
        case .mistral: MistralChat.self
        }
    }

    /// How callers are answered in it; nil while nobody is.
    package var inbound: (any InboundDialect.Type)? {
        switch self {
        case .openAI: OpenAIChat.self
        case .anthropic: AnthropicMessages.self
        case .responses: OpenAIResponses.self
        case .gemini: GeminiChat.self
        case .bedrock, .cohere, .mistral: nil
        }
    }
}

extension GovernedEndpoint {
    /// How its callers are read and answered where their request is put into another dialect as a chat.
    package var inbound: (any InboundDialect.Type)? {
        if self == .completions { return OpenAICompletions.self }
        return dialect.inbound
    }
}
