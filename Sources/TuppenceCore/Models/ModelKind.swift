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

extension RateCard {
    /// What a model does whose output has no price: what it is charged by says so, and one that is charged by its input alone
    /// makes vectors of that.
    var kindWithoutOutput: ModelKind {
        if standard.image != nil || standard.imageOutput != nil { return .image }
        if standard.character != nil || standard.audioOutput != nil { return .speech }
        if standard.audioSecond != nil { return .transcription }
        return standard.search == nil ? .embedding : .rerank
    }
}
