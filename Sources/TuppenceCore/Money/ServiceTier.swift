/// How soon a provider was to answer, or where, for which some charge less or more.
public enum ServiceTier: String, Hashable, Sendable, CaseIterable {
    case standard
    /// Within hours, as part of a batch.
    case batch
    /// When there is room.
    case flex
    /// Before others. OpenAI has called it fast mode since July 2026.
    case priority
    /// Before those.
    case ultrafast
    /// Within one region, which Anthropic's `inference_geo` asks for.
    case regional
    /// Made faster, which Anthropic's `speed: fast` asks for. Its rates are for that alone: no other dialect says so.
    case faster
    /// Both.
    case regionalFaster = "regional-faster"

    /// Whether it is asked for, and told, by `speed` alone, so that no other name can mean it.
    var isFaster: Bool { self == .faster || self == .regionalFaster }
}

/// The tier of service that a request asks for.
public enum ServiceWish: Hashable, Sendable {
    /// None, or `auto`: what is usual with the provider.
    case usual
    case tier(ServiceTier)
    /// By a name that is not known here, so that it may be any.
    case unknown
}
