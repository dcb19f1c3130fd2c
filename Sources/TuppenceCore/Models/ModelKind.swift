/// What a model is for.
public enum ModelKind: String, Hashable, Sendable, CaseIterable {
    case chat
    /// Text that goes on with text, at `/v1/completions`.
    case completion
    case embedding
    case rerank
    case image
    case speech
    case transcription
    case moderation
    case video
    case realtime
}
