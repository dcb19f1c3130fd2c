/// Gemini's generateContent, at AI Studio and at Vertex.
///
/// Sources: https://ai.google.dev/api/generate-content,
/// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference (read 2026-11).
package enum GeminiChat {
    package static let dialect = Dialect.gemini

    /// Where Gemini is asked, which decides the path.
    package enum Host: Hashable, Sendable {
        /// The key goes into the header `x-goog-api-key`.
        case aiStudio
        /// The base URL ends with project and location; the token of a service account goes into `authorization`.
        case vertex
    }
}
