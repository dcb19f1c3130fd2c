/// What a request asks of the providers of its targets, which some have and some have not.
package struct ProviderAsks: Hashable, Sendable {
    package let endpoint: GovernedEndpoint
    /// Whether it has some, which a translation makes text of: where the caller's own bytes go out they are files as any.
    package let hasTextFiles: Bool
    /// Whether Anthropic is to answer faster, for more.
    package let isFaster: Bool

    /// Whether there are providers that cannot do it: all have chats in some dialect.
    package var dependsOnProviders: Bool { hasTextFiles || isFaster || endpoint.isByPiece || endpoint.isEmbeddings }
}
