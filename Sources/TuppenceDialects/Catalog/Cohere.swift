extension Provider {
    /// Source: https://cohere.com/pricing (prices: LiteLLM, MIT licence, November 2026;
    /// models no longer offered: genai-prices, MIT licence, November 2026).
    ///
    /// Rankings cost by the search unit: a query with up to 100 documents.
    public static let cohere = Provider(
        id: "cohere",
        baseURL: "https://api.cohere.com/v2",
        keyVariable: "COHERE_API_KEY",
        dialect: .cohere,
        usageDialect: .cohere,
        prices: """
            # model                        input   cached  output  context  max_output
            c4ai-aya-expanse-32b           0.50    -       1.50    128000   4000
            command-a-03-2025              2.50    -       10      256000   8000
            command-r-08-2024              0.15    -       0.60    128000   4096
            command-r-plus-08-2024         2.50    -       10      128000   4096
            command-r7b-12-2024            0.0375  -       0.15    128000   4096
            embed-english-light-v3.0       0.10    -       -       512      -
            embed-english-v3.0             0.10    -       -       512      -
            embed-multilingual-light-v3.0  100     -       -       512      -
            embed-multilingual-v3.0        0.10    -       -       512      -
            embed-v4.0                     0.12    -       -       128000   -
                image_input=0.47
            embed-v5.0-fast                0.08    -       -       128000   -
            embed-v5.0-pro                 0.12    -       -       128000   -
            rerank-english-v3.0            0.00    -       -       4096     -
                search=0.002
            rerank-multilingual-v3.0       0.00    -       -       4096     -
                search=0.002
            rerank-v3.5                    0.00    -       -       4096     -
                search=0.002
            rerank-v4.0-fast               0.00    -       -       32768    -
                search=0.002
            rerank-v4.0-pro                0.00    -       -       32768    -
                search=0.0025
            rerank-v5.0-fast               0.02    -       -       32768    32768
            rerank-v5.0-pro                0.05    -       -       32768    32768
            """,
        unroutedPrices: """
            # model         input  cached  output  context  max_output
            command         1      -       2       -        -
            command-r       0.15   -       0.60    -        -
            command-r-plus  2.50   -       10      -        -
            """
    )
}
