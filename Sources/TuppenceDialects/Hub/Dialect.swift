/// A wire format for chats. Fields that only one of them has are kept for it; see ``Extras``.
package enum Dialect: String, Hashable, Sendable, CaseIterable {
    case openAI = "openai"
    case responses
    case anthropic, gemini, bedrock, cohere, mistral
}
