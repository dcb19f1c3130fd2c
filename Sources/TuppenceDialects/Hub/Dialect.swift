/// A wire format for chats. Fields that only one of them has are kept for it; see ``Extras``.
package enum Dialect: String, Hashable, Sendable, CaseIterable {
    case openAI = "openai"
    case responses
    case anthropic, gemini, bedrock, cohere, mistral

    /// Whether answers go to callers of the same dialect by their own bytes. Others go through the hub, which keeps what
    /// is their own.
    package var isReadByBytes: Bool { self == .openAI || self == .anthropic }
}
