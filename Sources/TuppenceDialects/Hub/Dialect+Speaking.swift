extension Dialect {
    /// How providers are spoken to in it; nil while nobody can.
    package var outbound: (any OutboundDialect.Type)? {
        switch self {
        case .openAI: OpenAIChat.self
        case .anthropic: AnthropicMessages.self
        case .responses, .gemini, .bedrock, .cohere, .mistral: nil
        }
    }

    /// How callers are answered in it; nil while nobody is.
    package var inbound: (any InboundDialect.Type)? {
        switch self {
        case .openAI: OpenAIChat.self
        case .anthropic: AnthropicMessages.self
        case .responses, .gemini, .bedrock, .cohere, .mistral: nil
        }
    }

    /// Those in which requests can be sent.
    package static var spoken: [Dialect] { allCases.filter { $0.outbound != nil } }
}
