/// What a model thought before it answered, with all that is needed to show it the same again.
///
/// A provider takes back only thoughts that it can verify: `signature` and `encrypted` are its own and `format` says whose.
package struct Thinking: Hashable, Sendable {
    package var text: JSONString?
    /// Whether `text` is a summary of the thoughts.
    package var isSummary = false
    package var signature: JSONString?
    /// Thoughts that only the provider can read.
    package var encrypted: JSONString?
    /// Whose signature or cipher it is; nil if the caller did not say.
    package var format: Format?
    /// Of the thoughts, where a provider names them; of the call of a tool that they belong to, where its signature is part
    /// of a call (Gemini's).
    package var id: JSONString?
    package var extras = Extras()

    package init(
        text: JSONString? = nil, signature: JSONString? = nil, encrypted: JSONString? = nil, format: Format? = nil
    ) {
        self.text = text
        self.signature = signature
        self.encrypted = encrypted
        self.format = format
    }

    /// The names that OpenRouter has for them, which its clients know
    /// (https://openrouter.ai/docs/use-cases/reasoning-tokens, read 2026-11).
    package struct Format: Hashable, Sendable {
        package let name: JSONString
        package init(_ name: JSONString) { self.name = name }

        package static let anthropic = Format("anthropic-claude-v1")
        package static let gemini = Format("google-gemini-v1")
        package static let responses = Format("openai-responses-v1")
        package static let bedrock = Format("amazon-bedrock-v1")
        package static let mistral = Format("mistral-v1")
        package static let cohere = Format("cohere-v2")
    }
}
