import TuppenceCore

/// What the conventions for generative AI call things:
/// https://github.com/open-telemetry/semantic-conventions-genai (main of summer 2026).
enum GenAI {
    /// `gen_ai.operation.name` of an endpoint.
    static func operation(of endpoint: String) -> String {
        switch endpoint {
        case "chat/completions", "responses", "messages": "chat"
        case "completions": "text_completion"
        case "embeddings", "embedContent", "batchEmbedContents": "embeddings"
        case "generateContent": "generate_content"
        // The conventions have no name for it.
        default: endpoint
        }
    }

    /// `gen_ai.provider.name` of one that is called `name` here.
    static func provider(_ name: String, at address: ProviderAddress?) -> String {
        switch address?.kind ?? name {
        case "bedrock", "bedrock-mantle": "aws.bedrock"
        case "azure": "azure.ai.openai"
        case "gemini": "gcp.gemini"
        case "vertex": "gcp.vertex_ai"
        case "mistral": "mistral_ai"
        case "xai": "x_ai"
        case "moonshot": "moonshot_ai"
        default: address?.kind ?? name
        }
    }
}

extension Attribute {
    static func of(_ setting: RequestSetting) -> Attribute? {
        switch setting {
        case .maxTokens(let limit): Attribute("gen_ai.request.max_tokens", limit)
        case .temperature(let value): Attribute("gen_ai.request.temperature", value)
        case .topP(let value): Attribute("gen_ai.request.top_p", value)
        case .topK(let value): Attribute("gen_ai.request.top_k", value)
        case .seed(let seed): Attribute("gen_ai.request.seed", seed)
        // Said where there are several.
        case .choices(let count): count == 1 ? nil : Attribute("gen_ai.request.choice.count", count)
        case .stopSequences(let texts): Attribute("gen_ai.request.stop_sequences", texts)
        }
    }

    static func of(_ fact: AnswerFact) -> Attribute {
        switch fact {
        case .id(let id): Attribute("gen_ai.response.id", id)
        case .model(let model): Attribute("gen_ai.response.model", model)
        case .finishReasons(let reasons): Attribute("gen_ai.response.finish_reasons", reasons)
        }
    }

    /// The conversation that a request says it is part of: so far Claude Code's session, which is a tag.
    static func conversation(of attribution: Attribution) -> Attribute? {
        let name = "claude-code-session-id="
        return attribution.tags?.split(separator: ",").first { $0.hasPrefix(name) }
            .map { Attribute("gen_ai.conversation.id", String($0.dropFirst(name.count))) }
    }
}

extension GenAI {
    /// `gen_ai.provider.name` of a request; where nobody was asked it is the gateway itself that has answered.
    ///
    /// - Parameter address: of the provider that was asked last.
    static func provider(of exchange: TracedExchange, at address: ProviderAddress?) -> String {
        exchange.provider.map { provider($0, at: address) } ?? "tuppence"
    }
}

extension TracedExchange {
    /// What went wrong; nil where it was answered.
    var errorType: String? { refusal?.name ?? (status >= 400 ? "\(status)" : nil) }
}

/// Where a provider is, and who.
package struct ProviderAddress: Hashable, Sendable {
    package let host: String
    package let port: Int
    /// Who it is, by the name that the catalogue has for it; where it knows none, by its own.
    package let kind: String

    package init(host: String, port: Int, kind: String) {
        self.host = host
        self.port = port
        self.kind = kind
    }
}
