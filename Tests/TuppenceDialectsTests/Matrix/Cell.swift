@testable import TuppenceDialects

/// Who asks.
enum Caller: String, CaseIterable {
    case chat = "OpenAI chat"
    case responses = "OpenAI Responses"
    case anthropic = "Anthropic Messages"
    case gemini = "Gemini"

    var dialect: any InboundDialect.Type {
        switch self {
        case .chat: OpenAIChat.self
        case .responses: OpenAIResponses.self
        case .anthropic: AnthropicMessages.self
        case .gemini: GeminiChat.self
        }
    }
}

/// Who is asked.
enum MatrixProvider: String, CaseIterable {
    case chat = "OpenAI chat"
    case responses = "OpenAI Responses"
    case anthropic = "Anthropic"
    case gemini = "Gemini"
    case bedrock = "Bedrock"
    case cohere = "Cohere"
    case mistral = "Mistral"

    var dialect: any OutboundDialect.Type {
        switch self {
        case .chat: OpenAIChat.self
        case .responses: OpenAIResponses.self
        case .anthropic: AnthropicMessages.self
        case .gemini: GeminiChat.self
        case .bedrock: BedrockConverse.self
        case .cohere: CohereChat.self
        case .mistral: MistralChat.self
        }
    }

    /// One that thinks and takes images, and a temperature where it is not asked to think.
    var model: String {
        switch self {
        case .chat, .responses: "gpt-5.1"
        case .anthropic: "claude-sonnet-4-5"
        case .gemini: "gemini-2.5-flash"
        case .bedrock: "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
        case .cohere: "command-a-reasoning-08-2025"
        case .mistral: "mistral-medium-3-5"
        }
    }
}

/// What is asked, and how it is answered.
enum Scene: String, CaseIterable {
    case text = "text"
    case system = "system message"
    case tools = "a round with a tool"
    case parallelTools = "tools side by side"
    case image = "image"
    case schema = "JSON schema"
    case stop = "stop sequence"
    case stream = "stream"
    case length = "cut at the limit"
    case refusal = "refusal"
    case error = "error"
    case reasoning = "reasoning"
}

/// One field of the matrix.
struct Cell: CustomStringConvertible, Sendable {
    let caller: Caller
    let provider: MatrixProvider
    let scene: Scene

    static let all = Caller.allCases.flatMap { caller in
        MatrixProvider.allCases.flatMap { provider in
            Scene.allCases.map { Cell(caller: caller, provider: provider, scene: $0) }
        }
    }

    var description: String { "\(caller.rawValue) → \(provider.rawValue): \(scene.rawValue)" }

    /// What is asked: OpenAI's models that think take no stop sequences.
    var model: String { provider == .chat && scene == .stop ? "gpt-4.1" : provider.model }

    /// Why there is nothing to translate; nil where there is.
    var impossibility: Impossibility? {
        switch (scene, caller, provider) {
        case (.stop, .responses, _): .callerHasNoStop
        case (.stop, _, .responses): .providerHasNoStop
        case (.refusal, _, .cohere), (.refusal, _, .mistral): .declinesInWords
        default: nil
        }
    }
}

enum Impossibility: String, CaseIterable {
    case callerHasNoStop =
        "The Responses API has no stop sequences, so that its callers cannot ask for them; a field `stop` is named as dropped."
    case providerHasNoStop =
        "The Responses API has no stop sequences: the request is refused, unless the caller allows to drop them."
    case declinesInWords =
        "The provider has no end of its own for a refusal: its models decline in plain text, which is passed on as such."
}
