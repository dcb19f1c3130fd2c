extension Provider {
    /// Source: https://inference-docs.cerebras.ai/support/pricing (prices: LiteLLM, MIT licence, November 2026;
    /// models no longer offered: genai-prices, MIT licence, November 2026).
    public static let cerebras = Provider(
        id: "cerebras",
        baseURL: "https://api.cerebras.ai/v1",
        keyVariable: "CEREBRAS_API_KEY",
        usageDialect: .openAI,
        prices: """
            # model        input  cached  output  context  max_output
            gemma-4-31b    0.99   -       1.49    131072   40960
            gpt-oss-120b   0.35   -       0.75    131072   32768
            llama-3.1-70b  0.60   -       0.60    128000   128000
            llama-3.1-8b   0.10   -       0.10    128000   128000
            llama-3.3-70b  0.85   -       1.20    128000   128000
            llama3.1-70b   0.60   -       0.60    128000   128000
            llama3.1-8b    0.10   -       0.10    128000   128000
            qwen-3-32b     0.40   -       0.80    128000   128000
            qwen-3.8-27b   0.99   -       1.49    65536    32768
            """,
        unroutedPrices: """
            # model      input  cached  output  context  max_output
            zai-glm-4.7  2.25   -       2.75    131072   -
            """
    )
}
