extension Provider {
    /// Source: https://platform.claude.com/docs/en/about-claude/pricing (prices: LiteLLM, MIT licence, November 2026;
    /// models no longer offered: genai-prices, MIT licence, November 2026).
    ///
    /// Searches of the web are charged beside the tokens. An advisor is charged at the rates of its own model.
    public static let anthropic = Provider(
        id: "anthropic",
        baseURL: "https://api.anthropic.com/v1",
        keyVariable: "ANTHROPIC_API_KEY",
        dialect: .anthropic,
        usageDialect: .anthropic,
        prices: """
            # model                     input  cached  output  context  max_output
            claude-fable-5              10     1       50      1000000  128000
                cache_write=12.50 cache_write_1h=20 search=0.01
                batch:input=5,cached=0.50,output=25,cache_write=6.25,cache_write_1h=10
            claude-fable-5-1            10     0.25    50      1000000  128000
                cache_write=12.50 cache_write_1h=20 search=0.01
                batch:input=5,cached=0.125,output=25,cache_write=6.25,cache_write_1h=10
            claude-haiku-4-5            1      0.10    5       200000   64000
                cache_write=1.25 cache_write_1h=2 search=0.01
                batch:input=0.50,cached=0.05,output=2.50,cache_write=0.625,cache_write_1h=1
            claude-haiku-4-5-20251001   1      0.10    5       200000   64000
                cache_write=1.25 cache_write_1h=2 search=0.01
                batch:input=0.50,cached=0.05,output=2.50,cache_write=0.625,cache_write_1h=1
            claude-haiku-5-5            0.10   0.01    0.50    1000000  128000
                cache_write=0.125 cache_write_1h=0.20 search=0.01
                above_100000:input=0.50,cached=0.05,output=2.50,cache_write=0.625,cache_write_1h=1
                batch:input=0.05,cached=0.005,output=0.25,cache_write=0.0625,cache_write_1h=0.10
                batch_above_100000:input=0.25,cached=0.025,output=1.25,cache_write=0.3125,cache_write_1h=0.50
            claude-mythos-5             10     1       50      1000000  128000
                cache_write=12.50 cache_write_1h=20 search=0.01
                batch:input=5,cached=0.50,output=25,cache_write=6.25,cache_write_1h=10
            claude-mythos-5-1           10     0.25    50      1000000  128000
                cache_write=12.50 cache_write_1h=20 search=0.01
                batch:input=5,cached=0.125,output=25,cache_write=6.25,cache_write_1h=10
            claude-mythos-preview       10     1       50      1000000  128000
                cache_write=12.50 cache_write_1h=20 search=0.01
            claude-opus-4-5             5      0.50    25      200000   64000
                cache_write=6.25 cache_write_1h=10 search=0.01
                batch:input=2.50,cached=0.25,output=12.50,cache_write=3.125,cache_write_1h=5
            claude-opus-4-5-20251101    5      0.50    25      200000   64000
                cache_write=6.25 cache_write_1h=10 search=0.01
                batch:input=2.50,cached=0.25,output=12.50,cache_write=3.125,cache_write_1h=5
            claude-opus-4-6             5      0.50    25      1000000  128000
                cache_write=6.25 cache_write_1h=10 search=0.01
                batch:input=2.50,cached=0.25,output=12.50,cache_write=3.125,cache_write_1h=5
            claude-opus-4-6-20260205    5      0.50    25      1000000  128000
                cache_write=6.25 cache_write_1h=10 search=0.01
                batch:input=2.50,cached=0.25,output=12.50,cache_write=3.125,cache_write_1h=5
            claude-opus-4-7             5      0.50    25      1000000  128000
                cache_write=6.25 cache_write_1h=10 search=0.01
                batch:input=2.50,cached=0.25,output=12.50,cache_write=3.125,cache_write_1h=5
            claude-opus-4-7-20260416    5      0.50    25      1000000  128000
                cache_write=6.25 cache_write_1h=10 search=0.01
                batch:input=2.50,cached=0.25,output=12.50,cache_write=3.125,cache_write_1h=5
            claude-opus-4-8             5      0.50    25      1000000  128000
                cache_write=6.25 cache_write_1h=10 search=0.01
                batch:input=2.50,cached=0.25,output=12.50,cache_write=3.125,cache_write_1h=5
            claude-opus-5               5      0.50    25      1000000  128000
                cache_write=6.25 cache_write_1h=10 search=0.01
                batch:input=2.50,cached=0.25,output=12.50,cache_write=3.125,cache_write_1h=5
            claude-opus-5-5             4      0.20    20      1000000  128000
                cache_write=5 cache_write_1h=8 search=0.01
                batch:input=2,cached=0.10,output=10,cache_write=2.50,cache_write_1h=4
            claude-sonnet-4-5           3      0.30    15      200000   64000
                cache_write=3.75 cache_write_1h=6 search=0.01
                batch:input=1.50,cached=0.15,output=7.50,cache_write=1.875,cache_write_1h=3
            claude-sonnet-4-5-20250929  3      0.30    15      200000   64000
                cache_write=3.75 cache_write_1h=6 search=0.01
                batch:input=1.50,cached=0.15,output=7.50,cache_write=1.875,cache_write_1h=3
            claude-sonnet-4-6           3      0.30    15      1000000  128000
                cache_write=3.75 cache_write_1h=6 search=0.01
                batch:input=1.50,cached=0.15,output=7.50,cache_write=1.875,cache_write_1h=3
            claude-sonnet-5             2      0.20    10      1000000  128000
                cache_write=2.50 cache_write_1h=4 search=0.01
                batch:input=1,cached=0.10,output=5,cache_write=1.25,cache_write_1h=2
            claude-sonnet-5-5           2      0.10    10      1000000  128000
                cache_write=2.50 cache_write_1h=4 search=0.01
                batch:input=1,cached=0.05,output=5,cache_write=1.25,cache_write_1h=2
            """,
        unroutedPrices: """
            # model                     input  cached  output  context  max_output
            claude-2.1                  8      -       24      200000   -
                search=0.01
            claude-3-5-haiku-20241022   0.80   0.08    4       200000   -
                cache_write=1 cache_write_1h=1.60 search=0.01
            claude-3-5-haiku-latest     0.80   0.08    4       200000   -
                cache_write=1 cache_write_1h=1.60 search=0.01
            claude-3-5-sonnet-20240620  3      0.30    15      200000   -
                cache_write=3.75 cache_write_1h=6 search=0.01
            claude-3-5-sonnet-20241022  3      0.30    15      200000   -
                cache_write=3.75 cache_write_1h=6 search=0.01
            claude-3-7-sonnet-20250219  3      0.30    15      200000   -
                cache_write=3.75 cache_write_1h=6 search=0.01
            claude-3-haiku-20240307     0.25   0.03    1.25    200000   -
                cache_write=0.30 cache_write_1h=0.50 search=0.01
            claude-3-opus-20240229      15     1.50    75      200000   -
                cache_write=18.75 cache_write_1h=30 search=0.01
            claude-opus-4-1-20250805    15     1.50    75      200000   -
                cache_write=18.75 cache_write_1h=30 search=0.01
            claude-opus-4-20250514      15     1.50    75      200000   -
                cache_write=18.75 cache_write_1h=30 search=0.01
            claude-sonnet-4-20250514    3      0.30    15      200000   -
                cache_write=3.75 cache_write_1h=6 search=0.01
            """
    )
}
