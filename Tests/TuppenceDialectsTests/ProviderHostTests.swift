import Testing

@testable import TuppenceDialects

@Suite("Hosts of dialects")
struct ProviderHostTests {
    private static func provider(_ dialect: Dialect, _ host: ProviderHost = .standard) -> Provider {
        Provider(id: "x", baseURL: "http://h", dialect: dialect, host: host)
    }

    @Test(
        "who gets the caller's own bytes",
        arguments: [
            (Dialect.openAI, ProviderHost.standard, [GovernedEndpoint.chat, .completions, .embeddings]),
            (.openAI, .azure(version: "1"), [.chat, .completions, .embeddings]),
            (.anthropic, .standard, [.messages, .countTokens]), (.anthropic, .vertex, []),
            // Chats of these are not quite OpenAI's, or not at all.
            (.mistral, .standard, []), (.gemini, .standard, [.generateContent]),
            (.gemini, .vertex, []),
            (.responses, .standard, [.completions, .embeddings, .responses, .countInputTokens]),
            (.bedrock, .standard, []), (.cohere, .standard, []),
        ])
    func ownBytes(dialect: Dialect, host: ProviderHost, endpoints: [GovernedEndpoint]) {
        let asked: [GovernedEndpoint] = [
            .chat, .completions, .embeddings, .messages, .countTokens, .responses, .countInputTokens, .generateContent,
            .countContentTokens, .embedContent, .batchEmbedContents,
        ]
        #expect(asked.filter(Self.provider(dialect, host).takesBytes) == endpoints)
    }

    @Test("Vertex speaks Anthropic's dialect for Claude, and Gemini's for the rest")
    func vertex() {
        let vertex = Self.provider(.gemini, .vertex)
        #expect(vertex.dialect(of: "claude-sonnet-4-5@20250929") == .anthropic)
        #expect(vertex.dialect(of: "gemini-2.5-pro") == .gemini)
        #expect(Self.provider(.gemini).dialect(of: "claude-sonnet-4-5") == .gemini)
    }

    @Test("Vertex has embeddings in Google's words, and none in OpenAI's", arguments: [Dialect.openAI, .responses])
    func embeddings(dialect: Dialect) {
        for endpoint in [GovernedEndpoint.embeddings, .batchEmbedContents] {
            #expect(!Self.provider(dialect, .vertex).serves(endpoint))
            #expect(Self.provider(dialect).serves(endpoint) && Self.provider(.gemini, .vertex).serves(endpoint))
        }
    }

    @Test("addresses by deployment name it in the path, with the version behind")
    func azure() {
        let azure = Self.provider(.openAI, .azure(version: "2024-10-21"))
        #expect(
            azure.address(of: "chat/completions", model: "my gpt/4")
                == "openai/deployments/my%20gpt%2F4/chat/completions?api-version=2024-10-21")
        for path in ["responses", "responses/input_tokens"] {
            #expect(azure.address(of: path, model: "m") == "openai/\(path)?api-version=2024-10-21")
        }
        #expect(Self.provider(.openAI, .azure(version: nil)).address(of: "embeddings", model: "m") == "embeddings")
    }
}
