import TuppenceCore

/// OpenAI's chat completions, which many providers speak with habits of their own.
///
/// Sources: https://platform.openai.com/docs/api-reference/chat (read 2026-11); thoughts with their signatures as in
/// https://openrouter.ai/docs/use-cases/reasoning-tokens (read 2026-11).
package enum OpenAIChat {
    package static let dialect = Dialect.openAI
}
