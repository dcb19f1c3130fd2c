import TuppenceCore

/// What an answer says of what it used, in one form for every dialect.
package struct UsageReport: Hashable, Sendable {
    /// What another model used for the answer; it has a price of its own.
    package struct Helper: Hashable, Sendable {
        package var model: String
        package var usage: Usage
    }

    package var usage = Usage()
    /// The tier of service that the provider says it answered with, if it says that.
    package var statedService: ServiceTier?
    /// The same by itself, where nobody has asked for another: what is not named is the standard one.
    package var service: ServiceTier { statedService ?? .standard }
    /// The model that answered, as the provider names it.
    package var model: String?
    package var helpers: [Helper] = []
    /// What the provider says it charged.
    package var reportedCost: Money?
    /// Whether anything was counted at all.
    package var isReadable = false
    /// Whether the output was.
    package var output = OutputCount.counted
    package var lacksOutput: Bool { output != .counted }
}

extension UsageReport {
    /// What an answer is booked at.
    package init(booked usage: Usage) {
        self.init()
        self.usage = usage
        isReadable = true
    }
}

/// Reads usage out of an answer, one JSON document after the other: a whole answer is one, a stream has one an event.
package protocol UsageReader: Sendable {
    init()
    /// Reads one document, or a usage object by itself. What a document does not mention stays as it was.
    ///
    /// - Throws: if the bytes are no JSON object. What was read before stays.
    mutating func read(_ document: UnsafeRawBufferPointer) throws(JSONError)
    var report: UsageReport { get }
}

/// The wire formats whose usage can be read.
package enum UsageDialect: String, Hashable, Sendable, CaseIterable {
    case openAI = "openai"
    case responses
    case anthropic, gemini, bedrock, cohere, ollama

    /// That of chats in `dialect`.
    package init(_ dialect: Dialect) { self = UsageDialect(rawValue: dialect.rawValue) ?? .openAI }

    package var reader: any UsageReader {
        switch self {
        case .openAI: OpenAIUsageReader()
        case .responses: ResponsesUsageReader()
        case .anthropic: AnthropicUsageReader()
        case .gemini: GeminiUsageReader()
        case .bedrock: BedrockUsageReader()
        case .cohere: CohereUsageReader()
        case .ollama: OllamaUsageReader()
        }
    }
}
