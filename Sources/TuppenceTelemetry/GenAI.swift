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

    /// `gen_ai.provider.name` of a provider of the configuration.
    static func provider(_ name: String) -> String {
        switch name {
        case "bedrock": "aws.bedrock"
        case "azure": "azure.ai.openai"
        case "gemini": "gcp.gemini"
        case "vertex": "gcp.vertex_ai"
        case "mistral": "mistral_ai"
        case "xai": "x_ai"
        case "moonshot": "moonshot_ai"
        default: name
        }
    }
}

/// Where a provider is.
package struct ProviderAddress: Hashable, Sendable {
    package let host: String
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}
