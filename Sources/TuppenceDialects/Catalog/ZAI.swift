extension Provider {
    /// Source: https://docs.z.ai/guides/overview/pricing (prices: LiteLLM, MIT licence, November 2026;
    /// cached input of GLM-4.5: genai-prices, MIT licence, November 2026).
    ///
    /// The models whose name ends in `-flash` and that are not listed are free of charge.
    public static let zAI = Provider(
        id: "zai",
        baseURL: "https://api.z.ai/api/paas/v4",
        keyVariable: "ZAI_API_KEY",
        usageDialect: .openAI,
        prices: """
            # model              input  cached  output  context  max_output
            glm-4-32b-0414-128k  0.10   -       0.10    128000   32000
            glm-4.5              0.60   0.11    2.20    128000   32000
            glm-4.5-air          0.20   0.03    1.10    128000   32000
            glm-4.5-airx         1.10   0.22    4.50    128000   32000
            glm-4.5-x            2.20   0.45    8.90    128000   32000
            glm-4.5v             0.60   0.11    1.80    128000   32000
            glm-4.6              0.60   0.11    2.20    200000   128000
            glm-4.7              0.60   0.11    2.20    200000   128000
            glm-5                1      0.20    3.20    200000   128000
            glm-5-code           1.20   0.30    5       200000   128000
            glm-5.1              1.40   0.26    4.40    200000   128000
            glm-5.2              1.40   0.26    4.40    1000000  128000
            glm-5.3              1.40   0.26    4.40    1000000  128000
            glm-5.3-flash        0.15   0.03    0.50    1048576  128000
            glm-5v-turbo         1.20   0.24    4       200000   128000
            """,
        unroutedPrices: """
            # model   input  cached  output  context  max_output
            glm-4.6v  0.30   0.05    0.90    128000   -
            """
    )
}
