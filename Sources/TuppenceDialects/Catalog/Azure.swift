extension Provider {
    /// Source: https://azure.microsoft.com/en-us/pricing/details/cognitive-services/openai-service (prices: LiteLLM, MIT licence, November 2026;
    /// models no longer offered: genai-prices, MIT licence, November 2026). Prices of global deployments.
    ///
    /// A deployment may have any name: it is the model that the answer names that has the price. Claude on Foundry counts as
    /// Anthropic does.
    public static let azure = Provider(
        id: "azure",
        baseURL: "https://example.openai.azure.com/openai/v1",
        keyVariable: "AZURE_OPENAI_API_KEY",
        outputLimitField: .maxCompletionTokens,
        host: .azure(version: nil),
        usageDialect: .openAI,
        prices: """
            # model                      input  cached  output  context  max_output
            MAI-DS-R1                    1.35   -       5.40    128000   8192
            ada                          0.11   -       -       8191     -
            claude-fable-5               10     1       50      1000000  128000
                cache_write=12.50 cache_write_1h=20
            claude-fable-5-1             10     0.25    50      1000000  128000
                cache_write=12.50 cache_write_1h=20
            claude-haiku-4-5             1      0.10    5       200000   64000
                cache_write=1.25 cache_write_1h=2
            claude-haiku-5-5             0.10   0.01    0.50    1000000  128000
                cache_write=0.125 cache_write_1h=0.20
                above_100000:input=0.50,cached=0.05,output=2.50,cache_write=0.625,cache_write_1h=1
            claude-opus-4-5              5      0.50    25      200000   64000
                cache_write=6.25 cache_write_1h=10
            claude-opus-4-6              5      0.50    25      1000000  128000
                cache_write=6.25 cache_write_1h=10
            claude-opus-4-7              5      0.50    25      1000000  128000
                cache_write=6.25 cache_write_1h=10
            claude-opus-4-8              5      0.50    25      1000000  128000
                cache_write=6.25 cache_write_1h=10
            claude-opus-5                5      0.50    25      1000000  128000
                cache_write=6.25 cache_write_1h=10
            claude-opus-5-5              4      0.20    20      1000000  128000
                cache_write=5 cache_write_1h=8
            claude-opus-5-5-fast         8      0.40    40      1000000  128000
                cache_write=10 cache_write_1h=16
            claude-sonnet-4-5            3      0.30    15      200000   64000
                cache_write=3.75 cache_write_1h=6
            claude-sonnet-4-6            3      0.30    15      1000000  128000
                cache_write=3.75 cache_write_1h=6
            claude-sonnet-5              2      0.20    10      1000000  128000
                cache_write=2.50 cache_write_1h=4
            claude-sonnet-5-5            2      0.10    10      1000000  128000
                cache_write=2.50 cache_write_1h=4
            codex-mini                   1.50   0.375   6       200000   100000
            deepseek-r1                  1.35   -       5.40    -        -
            gpt-35-turbo                 0.50   -       1.50    4097     4096
            gpt-4.1                      2      0.50    8       1047576  32768
                batch:input=1,output=4
                priority:input=3.50,cached=0.875,output=14
            gpt-4.1-2025-04-14           2      0.50    8       1047576  32768
                batch:input=1,output=4
                priority:input=3.50,cached=0.875,output=14
            gpt-4.1-mini                 0.40   0.10    1.60    1047576  32768
                batch:input=0.20,output=0.80
                priority:input=0.70,cached=0.175,output=2.80
            gpt-4.1-mini-2025-04-14      0.40   0.10    1.60    1047576  32768
                batch:input=0.20,output=0.80
                priority:input=0.70,cached=0.175,output=2.80
            gpt-4.1-nano                 0.10   0.025   0.40    1047576  32768
                batch:input=0.05,output=0.20
            gpt-4.1-nano-2025-04-14      0.10   0.025   0.40    1047576  32768
                batch:input=0.05,output=0.20
            gpt-4o                       2.50   1.25    10      128000   16384
                batch:input=1.25,output=5
            gpt-4o-2024-11-20            2.50   1.25    10      128000   16384
                batch:input=1.25,output=5
            gpt-4o-mini                  0.15   0.075   0.60    128000   16384
                batch:input=0.075,output=0.30
            gpt-4o-mini-2024-07-18       0.15   0.075   0.60    128000   16384
                batch:input=0.075,output=0.30
            gpt-5                        1.25   0.125   10      272000   128000
                batch:input=0.625,cached=0.0625,output=5
                priority:input=2.50,cached=0.25,output=20
            gpt-5-chat                   1.25   0.125   10      128000   16384
            gpt-5-codex                  1.25   0.125   10      272000   128000
            gpt-5-mini                   0.25   0.025   2       272000   128000
                batch:input=0.125,cached=0.0125,output=1
                priority:input=0.45,cached=0.045,output=3.60
            gpt-5-mini-2025-08-07        0.25   0.025   2       272000   128000
                batch:input=0.125,cached=0.0125,output=1
                priority:input=0.45,cached=0.045,output=3.60
            gpt-5-nano                   0.05   0.005   0.40    272000   128000
                batch:input=0.025,cached=0.0025,output=0.20
            gpt-5-nano-2025-08-07        0.05   0.005   0.40    272000   128000
                batch:input=0.025,cached=0.0025,output=0.20
            gpt-5-pro                    15     -       120     272000   128000
                batch:input=7.50,output=60
            gpt-5.1                      1.25   0.125   10      272000   128000
                batch:input=0.625,cached=0.0625,output=5
                priority:input=2.50,cached=0.25,output=20
            gpt-5.1-chat                 1.25   0.125   10      111616   16384
            gpt-5.1-codex                1.25   0.125   10      272000   128000
            gpt-5.1-codex-max            1.25   0.125   10      272000   128000
            gpt-5.1-codex-mini           0.25   0.025   2       272000   128000
            gpt-5.2                      1.75   0.175   14      272000   128000
                batch:input=0.875,cached=0.0875,output=7
                priority:input=3.50,cached=0.35,output=28
            gpt-5.2-chat                 1.75   0.175   14      111616   16384
            gpt-5.2-codex                1.75   0.175   14      272000   128000
            gpt-5.2-pro                  21     -       168     272000   128000
                batch:input=10.50,output=84
            gpt-5.3-chat                 1.75   0.175   14      111616   16384
            gpt-5.3-codex                1.75   0.175   14      272000   128000
                priority:input=3.50,cached=0.35,output=28
            gpt-5.4                      2.50   0.25    15      922000   128000
                above_272000:input=5,cached=0.50,output=22.50
                priority:input=5,cached=0.50,output=30 priority_above_272000:input=10,cached=1,output=45
            gpt-5.4-mini                 0.75   0.075   4.50    272000   128000
                priority:input=1.50,cached=0.15,output=9
            gpt-5.4-nano                 0.20   0.02    1.25    272000   128000
                priority:input=0.40,cached=0.04,output=2.50
            gpt-5.4-pro                  30     3       180     922000   128000
                above_272000:input=60,cached=6,output=270
                priority:input=60,cached=6,output=360 priority_above_272000:input=120,cached=12,output=540
            gpt-5.5                      5      0.50    30      922000   128000
                above_272000:input=10,cached=1,output=45
                priority:input=10,cached=1,output=60 priority_above_272000:input=20,cached=2,output=90
            gpt-5.5-pro                  30     3       180     1050000  128000
                above_272000:input=60,cached=6,output=270
            gpt-5.6                      4      0.40    20      922000   128000
                cache_write=5
                above_272000:input=8,cached=0.80,output=30,cache_write=10
                priority:input=8,cached=0.80,output=40,cache_write=10
                priority_above_272000:input=16,cached=1.60,output=60,cache_write=20
            gpt-5.6-luna                 0.20   0.02    1.20    922000   128000
                cache_write=0.25
                above_272000:input=0.40,cached=0.04,output=1.80,cache_write=0.50
                flex:input=0.10,cached=0.01,output=0.60,cache_write=0.125
                flex_above_272000:input=0.20,cached=0.02,output=0.90,cache_write=0.25
                priority:input=0.40,cached=0.04,output=2.40,cache_write=0.50
                priority_above_272000:input=0.80,cached=0.08,output=3.60,cache_write=1
            gpt-5.6-sol                  4      0.40    20      922000   128000
                cache_write=5
                above_272000:input=8,cached=0.80,output=30,cache_write=10
                flex:input=2,cached=0.20,output=10,cache_write=2.50
                flex_above_272000:input=4,cached=0.40,output=15,cache_write=5
                priority:input=8,cached=0.80,output=40,cache_write=10
                priority_above_272000:input=16,cached=1.60,output=60,cache_write=20
            gpt-5.6-terra                2      0.20    12      922000   128000
                cache_write=2.50
                above_272000:input=4,cached=0.40,output=18,cache_write=5
                flex:input=1,cached=0.10,output=6,cache_write=1.25
                flex_above_272000:input=2,cached=0.20,output=9,cache_write=2.50
                priority:input=4,cached=0.40,output=24,cache_write=5
                priority_above_272000:input=8,cached=0.80,output=36,cache_write=10
            grok-4-1-fast-non-reasoning  0.20   -       0.50    128000   128000
            o1                           15     7.50    60      200000   100000
            o1-2024-12-17                15     7.50    60      200000   100000
                batch:input=7.50,output=30
            o1-mini                      1.10   0.55    4.40    128000   65536
                batch:input=0.55,output=2.20
            o3                           2      0.50    8       200000   100000
                batch:input=1,output=4
            o3-deep-research             10     2.50    40      200000   100000
            o3-mini                      1.10   0.55    4.40    200000   100000
                batch:input=0.55,output=2.20
            o3-mini-2025-01-31           1.10   0.55    4.40    200000   100000
                batch:input=0.55,output=2.20
            o3-pro                       20     -       80      200000   100000
                batch:input=10,output=40
            o4-mini                      1.10   0.275   4.40    200000   100000
                batch:input=0.55,output=2.20
            o4-mini-2025-04-16           1.10   0.275   4.40    200000   100000
                batch:input=0.55,output=2.20
            text-embedding-3-large       0.143  -       -       8192     -
            text-embedding-3-small       0.022  -       -       8192     -
            text-embedding-ada-002       0.11   -       -       8192     -
            """,
        unroutedPrices: """
            # model                     input  cached  output  context  max_output
            DeepSeek-r1-0528            0.135  0.035   0.55    64000    -
            claude-haiku-4-5-20251001   1      0.10    5       200000   -
                cache_write=1.25 cache_write_1h=2
            claude-opus-4-1-20250805    15     1.50    75      200000   -
                cache_write=18.75 cache_write_1h=30
            claude-opus-4-5-20251101    5      0.50    25      200000   -
                cache_write=6.25 cache_write_1h=10
            claude-sonnet-4-5-20250929  3      0.30    15      -        -
                cache_write=3.75 cache_write_1h=6
                above_200000:input=6,cached=0.60,output=22.50,cache_write=7.50,cache_write_1h=12
            gpt-5.2-chat-latest         1.75   0.175   14      400000   -
            """
    )
}
