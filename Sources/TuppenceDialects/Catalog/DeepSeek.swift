extension Provider {
    /// Source: https://api-docs.deepseek.com/quick_start/pricing (prices: LiteLLM, MIT licence, November 2026).
    ///
    /// `deepseek-chat` and `deepseek-reasoner`, retired in July 2026, stood for `deepseek-v4-flash` and are charged as
    /// that: https://api-docs.deepseek.com (read 2026-11-23).
    public static let deepSeek = Provider(
        id: "deepseek",
        baseURL: "https://api.deepseek.com",
        keyVariable: "DEEPSEEK_API_KEY",
        prices: """
            # model                       input  cached  output  context  max_output
            deepseek-chat                 0.30   0.006   1.20    1000000  393216
            deepseek-flash                0.30   0.006   1.20    1000000  393216
            deepseek-reasoner             0.30   0.006   1.20    1000000  393216
            deepseek-v4-flash             0.30   0.006   1.20    1000000  393216
            deepseek-v4-flash-vision-exp  0.30   0.006   1.20    1000000  393216
            deepseek-v4-pro               1.32   0.044   3.96    1000000  393216
            """
    )
}
