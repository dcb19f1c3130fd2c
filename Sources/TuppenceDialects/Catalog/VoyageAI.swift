extension Provider {
    /// Source: https://docs.voyageai.com/docs/pricing (prices: LiteLLM, MIT licence, November 2026).
    public static let voyageAI = Provider(
        id: "voyageai",
        baseURL: "https://api.voyageai.com/v1",
        keyVariable: "VOYAGE_API_KEY",
        usageDialect: .openAI,
        prices: """
            # model                  input  cached  output  context  max_output
            rerank-1                 0.05   -       -       8000     8000
            rerank-2                 0.05   -       -       16000    16000
            rerank-2-lite            0.02   -       -       8000     8000
            rerank-2.5               0.05   -       -       32000    32000
            rerank-2.5-lite          0.02   -       -       32000    32000
            rerank-3                 0.05   -       -       32000    32000
            rerank-3-lite            0.02   -       -       32000    32000
            rerank-lite-1            0.02   -       -       4000     4000
            voyage-2                 0.10   -       -       4000     -
            voyage-3                 0.06   -       -       32000    -
            voyage-3-large           0.18   -       -       32000    -
            voyage-3-lite            0.02   -       -       32000    -
            voyage-3.5               0.06   -       -       32000    -
            voyage-3.5-lite          0.02   -       -       32000    -
            voyage-4                 0.06   -       -       32000    -
            voyage-4-large           0.12   -       -       32000    -
            voyage-4-lite            0.02   -       -       32000    -
            voyage-code-2            0.12   -       -       16000    -
            voyage-code-3            0.18   -       -       32000    -
            voyage-code-4            0.12   -       -       32000    -
            voyage-context-3         0.18   -       -       120000   -
            voyage-context-4         0.12   -       -       120000   -
            voyage-finance-2         0.12   -       -       32000    -
            voyage-large-2           0.12   -       -       16000    -
            voyage-large-2-instruct  0.12   -       -       16000    -
            voyage-law-2             0.12   -       -       16000    -
            voyage-lite-01           0.10   -       -       4096     -
            voyage-lite-02-instruct  0.10   -       -       4000     -
            voyage-multilingual-2    0.12   -       -       32000    -
            voyage-multimodal-3      0.12   -       -       32000    -
            voyage-multimodal-3.5    0.12   -       -       32000    -
            """
    )
}
