extension Provider {
    /// Source: https://console.groq.com/docs/models (prices: LiteLLM, MIT licence, November 2026;
    /// models no longer offered: genai-prices, MIT licence, November 2026).
    ///
    /// It goes on with a stream that has been left, and charges for it, as a reseller says of its providers: see "Stream
    /// Cancellation" in https://openrouter.ai/docs/api-reference/streaming (November 2026).
    public static let groq = Provider(
        id: "groq",
        baseURL: "https://api.groq.com/openai/v1",
        keyVariable: "GROQ_API_KEY",
        onDisconnect: .finishes,
        prices: """
            # model                              input  cached  output  context  max_output
            llama-guard-3-8b                     0.20   -       0.20    8192     8192
            meta-llama/llama-prompt-guard-2-22m  0.03   -       0.03    512      512
            meta-llama/llama-prompt-guard-2-86m  0.04   -       0.04    512      512
            openai/gpt-oss-120b                  0.15   0.075   0.60    131072   65536
            openai/gpt-oss-20b                   0.075  0.0375  0.30    131072   65536
            openai/gpt-oss-safeguard-20b         0.075  0.037   0.30    131072   65536
            qwen/qwen3.8-27b                     0.80   -       4       131072   16384
            """,
        unroutedPrices: """
            # model                                        input  cached  output  context  max_output
            deepseek-r1-distill-llama-70b                  0.75   -       0.99    131072   -
            llama-3.1-8b-instant                           0.05   -       0.08    -        -
            llama-3.3-70b-versatile                        0.59   -       0.79    -        -
            llama3-8b-8192                                 0.05   -       0.08    -        -
            meta-llama/llama-4-maverick-17b-128e-instruct  0.20   -       0.60    131072   -
            meta-llama/llama-4-scout-17b-16e-instruct      0.11   -       0.34    -        -
            moonshotai/kimi-k2-instruct-0905               1      0.50    3       131072   -
            qwen/qwen3-32b                                 0.29   -       0.59    131072   -
            """
    )
}
