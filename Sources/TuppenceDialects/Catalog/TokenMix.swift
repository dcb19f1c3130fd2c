extension Provider {
    /// Source: https://tokenmix.ai/docs/chat-completions (read 2026-11-23).
    ///
    /// It resells models at prices of its own, so none are listed: give those in use a price in the configuration.
    public static let tokenMix = Provider(
        id: "tokenmix",
        baseURL: "https://api.tokenmix.ai/v1",
        keyVariable: "TOKENMIX_API_KEY"
    )
}
