extension Provider {
    /// Source: https://docs.perplexity.ai/getting-started/pricing (prices: LiteLLM, MIT licence, November 2026; the searches
    /// of deep research: read 2026-11-26).
    ///
    /// The fee for a request is that of the low search context, the one that is used unless a request asks for more; a medium
    /// and a high one cost more than is computed here. What the provider says it charged is in the answer.
    public static let perplexity = Provider(
        id: "perplexity",
        baseURL: "https://api.perplexity.ai",
        keyVariable: "PERPLEXITY_API_KEY",
        usageDialect: .openAI,
        prices: """
            # model              input  cached  output  context  max_output
            pplx-embed-v1-0.6b   0.004  -       -       32768    -
            pplx-embed-v1-4b     0.03   -       -       32768    -
            sonar                1      -       1       128000   128000
                request=0.005
            sonar-deep-research  2      -       8       128000   128000
                reasoning=3 search=0.005
            sonar-pro            3      -       15      200000   8000
                request=0.006
            sonar-reasoning-pro  2      -       8       128000   128000
                request=0.006
            """
    )
}
