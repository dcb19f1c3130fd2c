extension Provider {
    /// Source: https://openrouter.ai/docs/quickstart (November 2026).
    ///
    /// It resells hundreds of models at prices that change by the day, so none are listed: give those in use a price in
    /// the configuration, from https://openrouter.ai/models.
    public static let openRouter = Provider(
        id: "openrouter",
        baseURL: "https://openrouter.ai/api/v1",
        keyVariable: "OPENROUTER_API_KEY"
    )
}
