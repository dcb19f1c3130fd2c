extension Provider {
    /// Source: https://openrouter.ai/docs/quickstart (November 2026).
    ///
    /// It resells hundreds of models at prices that change by the day, so none are listed: give those in use a price in
    /// the configuration, from https://openrouter.ai/models.
    ///
    /// Whether a stream that is left ends depends on who answers it, which is not known before: it is taken to. Whole answers
    /// never do: see "Stream Cancellation" in https://openrouter.ai/docs/api-reference/streaming (November 2026).
    public static let openRouter = Provider(
        id: "openrouter",
        baseURL: "https://openrouter.ai/api/v1",
        keyVariable: "OPENROUTER_API_KEY"
    )
}
