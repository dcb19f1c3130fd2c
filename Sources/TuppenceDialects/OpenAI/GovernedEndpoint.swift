import TuppenceCore

/// The endpoints that are governed, of every dialect that callers speak; rankings are as Cohere and Jina have them.
package enum GovernedEndpoint: String, Hashable, Sendable, CaseIterable {
    case chat = "chat/completions"
    case completions
    case embeddings
    case moderations
    case images = "images/generations"
    case imageEdits = "images/edits"
    case speech = "audio/speech"
    case transcriptions = "audio/transcriptions"
    case rerank
    case messages
    case countTokens = "messages/count_tokens"
    case responses
    case countInputTokens = "responses/input_tokens"
    /// Whole or streamed, which are two methods of a model there.
    case generateContent
    case countContentTokens = "countTokens"
    /// Embeddings as Gemini has them: of one content, and of several.
    case embedContent, batchEmbedContents

    package var dialect: Dialect {
        switch self {
        case .chat, .completions, .embeddings, .moderations, .images, .imageEdits, .speech, .transcriptions, .rerank:
            .openAI
        case .messages, .countTokens: .anthropic
        case .responses, .countInputTokens: .responses
        case .generateContent, .countContentTokens, .embedContent, .batchEmbedContents: .gemini
        }
    }

    /// Whether a request here asks for a chat, which can be put into another dialect.
    package var isChat: Bool {
        switch self {
        case .chat, .messages, .responses, .generateContent: true
        case .completions, .embeddings, .moderations, .images, .imageEdits, .speech, .transcriptions, .rerank,
            .countTokens, .countInputTokens, .countContentTokens, .embedContent, .batchEmbedContents:
            false
        }
    }
    /// Whether it asks for a chat in one of OpenAI's dialects.
    var isOpenAIChat: Bool { self == .chat || self == .responses }
    /// Whether it answers with the vectors of texts.
    package var isEmbeddings: Bool {
        switch self {
        case .embeddings, .embedContent, .batchEmbedContents: true
        case .chat, .completions, .moderations, .images, .imageEdits, .speech, .transcriptions, .rerank, .messages,
            .countTokens, .responses, .countInputTokens, .generateContent, .countContentTokens:
            false
        }
    }
    /// What it is called where targets are told apart by what their providers have.
    package var offer: String { isEmbeddings ? GovernedEndpoint.embeddings.rawValue : rawValue }
    /// Whether only the tokens of a request are asked for, which nobody charges for.
    package var isCount: Bool {
        switch self {
        case .countTokens, .countInputTokens, .countContentTokens: true
        case .chat, .completions, .embeddings, .moderations, .images, .imageEdits, .speech, .transcriptions, .rerank,
            .messages, .responses, .generateContent, .embedContent, .batchEmbedContents:
            false
        }
    }
    var hasMessages: Bool { self == .chat || dialect == .anthropic }
    /// Whether it answers in tokens that a field of the request limits.
    package var producesOutput: Bool { isChat || self == .completions }
    /// Whether what it does may be charged by the piece: its answers are no chats.
    package var isByPiece: Bool {
        switch self {
        case .moderations, .images, .imageEdits, .speech, .transcriptions, .rerank: true
        case .chat, .completions, .embeddings, .messages, .countTokens, .responses, .countInputTokens,
            .generateContent, .countContentTokens, .embedContent, .batchEmbedContents:
            false
        }
    }
    /// Whether its requests are forms, not JSON.
    package var takesForms: Bool { self == .transcriptions || self == .imageEdits }
    var takesInputs: Bool { self == .embeddings || self == .moderations }
    var mayStream: Bool { producesOutput || isByPiece && self != .moderations && self != .rerank }
    /// What OpenAI takes for the model where a request names none: the default of `CreateModerationRequest` in the OpenAPI schema
    /// that it publishes, by what is generated from that
    /// (https://hexdocs.pm/ex_openai/2.0.0-beta2/ExOpenAI.Components.CreateModerationRequest.html, read 2026-11).
    var usualModel: String? { self == .moderations ? "omni-moderation-latest" : nil }
}

extension GovernedEndpoint {
    var requiredField: String? {
        switch self {
        case .chat, .messages, .countTokens: "messages"
        // What is counted may be instructions and tools alone.
        case .completions, .countInputTokens: nil
        case .embeddings, .responses, .moderations, .speech: "input"
        case .generateContent, .countContentTokens: "contents"
        case .embedContent: "content"
        case .batchEmbedContents: "requests"
        case .images, .imageEdits: "prompt"
        case .rerank: "documents"
        case .transcriptions: "file"
        }
    }

    /// What the output limit is called.
    func limitField(of provider: Provider) -> StaticString {
        switch self {
        case .chat: provider.outputLimitField.name
        case .responses, .countInputTokens: "max_output_tokens"
        case .generateContent, .countContentTokens: "maxOutputTokens"
        // What is no chat has none, or what is usual.
        case .completions, .messages, .countTokens, .embeddings, .moderations, .images, .imageEdits, .speech,
            .transcriptions, .rerank, .embedContent, .batchEmbedContents:
            Provider.OutputLimitField.maxTokens.name
        }
    }
}

extension Provider.OutputLimitField {
    fileprivate var name: StaticString {
        switch self {
        case .maxTokens: "max_tokens"
        case .maxCompletionTokens: "max_completion_tokens"
        }
    }
}
