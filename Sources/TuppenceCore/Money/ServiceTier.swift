/// How soon a provider was to answer, for which some charge less or more.
public enum ServiceTier: String, Hashable, Sendable, CaseIterable {
    case standard
    /// Within hours, as part of a batch.
    case batch
    /// When there is room.
    case flex
    /// Before others.
    case priority
}
