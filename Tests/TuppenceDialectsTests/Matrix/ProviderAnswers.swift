import Foundation

/// What a model says, in the words of each provider, whole and as a stream: put together by hand from their documents (see
/// ``ProviderRequests``), without any of the code under test.
enum ProviderAnswers {
    typealias Object = [String: Any]

    /// How the provider splits what was used: some do not tell what was read from a cache, or thought.
    static func usage(_ said: Said, _ provider: MatrixProvider) -> (
        input: Int, cached: Int, output: Int, reasoning: Int
    ) {
        let usage = said.usage
        switch provider {
        case .chat, .responses, .gemini, .anthropic: return usage
        // Thoughts are within the output, and not told apart.
        case .bedrock, .mistral: return (usage.input, usage.cached, usage.output + usage.reasoning, 0)
        // Of the cache there is nothing among what is billed.
        case .cohere: return (usage.input + usage.cached, 0, usage.output, usage.reasoning)
        }
    }

    static func whole(_ said: Said, _ provider: MatrixProvider) -> String {
        switch provider {
        case .chat, .mistral: json(chat(said, provider))
        case .responses: json(response(said, isDone: true))
        case .anthropic: json(anthropic(said))
        case .gemini: json(gemini(parts(said), said, isLast: true))
        case .bedrock: json(bedrock(said))
        case .cohere: json(cohere(said))
        }
    }

    static func stream(_ said: Said, _ provider: MatrixProvider) -> [UInt8] { messages(said, provider).flatMap { $0 } }

    /// The stream, cut into its messages.
    static func messages(_ said: Said, _ provider: MatrixProvider) -> [[UInt8]] {
        switch provider {
        case .chat, .mistral: events(chunks(said, provider).map(json) + ["[DONE]"])
        case .responses: named(responseEvents(said))
        case .anthropic: named(anthropicEvents(said))
        case .gemini: geminiStream(said)
        case .bedrock: bedrockEvents(said).map { BedrockStreamTests.event($0.0, json($0.1)) }
        case .cohere: named(cohereEvents(said)) + events(["[DONE]"])
        }
    }

    private static func events(_ documents: [String]) -> [[UInt8]] { documents.map { Array("data: \($0)\n\n".utf8) } }

    /// Events whose names are the types in their data.
    private static func named(_ documents: [Object]) -> [[UInt8]] {
        documents.map { Array("event: \($0["type"] ?? "")\ndata: \(json($0))\n\n".utf8) }
    }
}
