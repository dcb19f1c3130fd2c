extension Provider {
    /// Source: https://console.groq.com/docs/models (prices: LiteLLM, MIT licence, November 2026).
    public static let groq = Provider(
        id: "groq",
        baseURL: "https://api.groq.com/openai/v1",
        keyVariable: "GROQ_API_KEY",
        prices: """
            # model                              input  cached  output  context  max_output
            llama-guard-3-8b                     0.20   -       0.20    8192     8192
            meta-llama/llama-prompt-guard-2-22m  0.03   -       0.03    512      512
            meta-llama/llama-prompt-guard-2-86m  0.04   -       0.04    512      512
            openai/gpt-oss-120b                  0.15   0.075   0.60    131072   65536
            openai/gpt-oss-20b                   0.075  0.0375  0.30    131072   65536
            openai/gpt-oss-safeguard-20b         0.075  0.037   0.30    131072   65536
            qwen/qwen3.8-27b                     0.80   -       4       131072   16384
            """
    )
}
