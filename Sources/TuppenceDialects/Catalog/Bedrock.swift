extension Provider {
    /// Source: https://aws.amazon.com/bedrock/pricing (prices: LiteLLM, MIT licence, November 2026;
    /// models no longer offered: genai-prices, MIT licence, November 2026). Prices of the US regions; `us.`, `eu.` and
    /// `global.` are the inference profiles that Bedrock names so.
    ///
    /// Its `mantle` address speaks the OpenAI dialect and has the same models. Guardrails are charged by the text unit beside
    /// the tokens.
    ///
    /// It goes on with a stream that has been left, and charges for it, as a reseller says of its providers: see "Stream
    /// Cancellation" in https://openrouter.ai/docs/api-reference/streaming (November 2026).
    public static let bedrock = Provider(
        id: "bedrock",
        baseURL: "https://bedrock-runtime.us-east-1.amazonaws.com",
        keyVariable: "AWS_BEARER_TOKEN_BEDROCK",
        onDisconnect: .finishes,
        dialect: .bedrock,
        usageDialect: .bedrock,
        prices: """
            # model                                           input  cached   output  context  max_output
            ai21.jamba-1-5-mini-v1:0                          0.20   -        0.40    256000   4096
            amazon.nova-2-lite-v1:0                           0.30   0.075    2.50    1000000  64000
                batch:input=0.15,output=1.25
                priority:input=0.525,cached=0.13125,output=4.375
            amazon.nova-2-multimodal-embeddings-v1:0          0.135  -        -       8172     -
            amazon.nova-2-pro-preview-20251202-v1:0           1.25   0.3125   10      1000000  64000
                batch:input=0.625,output=5
                priority:input=2.1875,output=17.50
            amazon.nova-lite-v1:0                             0.06   0.015    0.24    300000   10000
                batch:input=0.03,output=0.12
            amazon.nova-micro-v1:0                            0.035  0.00875  0.14    128000   10000
                batch:input=0.0175,output=0.07
            amazon.nova-premier-v1:0                          2.50   0.625    12.50   1000000  10000
                batch:input=1.25,output=6.25
                priority:input=4.375,cached=1.09375,output=21.875
            amazon.nova-pro-v1:0                              0.80   0.20     3.20    300000   10000
                batch:input=0.40,output=1.60
                flex:input=0.40,cached=0.10,output=1.60
                priority:input=1.40,cached=0.35,output=5.60
            amazon.titan-text-express-v1                      0.20   -        0.60    42000    8000
            amazon.titan-text-lite-v1                         0.15   -        0.20    42000    4000
            anthropic.claude-3-5-haiku-20241022-v1:0          0.80   0.08     4       200000   8192
                cache_write=1
            anthropic.claude-3-5-sonnet-20240620-v1:0         3      0.30     15      200000   4096
                cache_write=3.75
            anthropic.claude-haiku-4-5                        1      0.10     5       200000   64000
                cache_write=1.25 cache_write_1h=2
                batch:input=0.50,output=2.50
            anthropic.claude-haiku-4-5-20251001-v1:0          1      0.10     5       200000   64000
                cache_write=1.25 cache_write_1h=2
                batch:input=0.50,output=2.50
            anthropic.claude-haiku-4-5@20251001               1      0.10     5       200000   64000
                cache_write=1.25 cache_write_1h=2
            anthropic.claude-haiku-5-5                        0.11   0.011    0.55    1000000  128000
                cache_write=0.1375 cache_write_1h=0.22
                above_100000:input=0.55,cached=0.055,output=2.75,cache_write=0.6875,cache_write_1h=1.10
            anthropic.claude-instant-v1                       0.80   -        2.40    100000   8191
            anthropic.claude-opus-4-1-20250805-v1:0           15     1.50     75      200000   32000
                cache_write=18.75
            anthropic.claude-opus-4-20250514-v1:0             15     1.50     75      200000   32000
                cache_write=18.75
            anthropic.claude-opus-4-5-20251101-v1:0           5      0.50     25      200000   64000
                cache_write=6.25 cache_write_1h=10
            anthropic.claude-opus-4-6-v1                      5      0.50     25      1000000  128000
                cache_write=6.25 cache_write_1h=10
            anthropic.claude-opus-4-7                         5      0.50     25      1000000  128000
                cache_write=6.25 cache_write_1h=10
            anthropic.claude-opus-4-8                         5      0.50     25      1000000  128000
                cache_write=6.25 cache_write_1h=10
            anthropic.claude-opus-5                           5      0.50     25      1000000  128000
                cache_write=6.25 cache_write_1h=10
            anthropic.claude-opus-5-5                         4.40   0.22     22      1000000  128000
                cache_write=5.50 cache_write_1h=8.80
            anthropic.claude-sonnet-4-20250514-v1:0           3      0.30     15      200000   64000
                cache_write=3.75
            anthropic.claude-sonnet-4-5-20250929-v1:0         3      0.30     15      200000   64000
                cache_write=3.75 cache_write_1h=6
                batch:input=1.50,output=7.50
            anthropic.claude-sonnet-4-6                       3      0.30     15      1000000  64000
                cache_write=3.75 cache_write_1h=6
            anthropic.claude-sonnet-5                         2      0.20     10      1000000  128000
                cache_write=2.50 cache_write_1h=4
            anthropic.claude-sonnet-5-5                       2.20   0.11     11      1000000  128000
                cache_write=2.75 cache_write_1h=4.40
            anthropic.claude-v2:1                             8      -        24      100000   8191
            cohere.command-light-text-v14                     0.30   -        0.60    4096     4096
            eu.amazon.nova-2-lite-v1:0                        0.429  0.10725  3.597   1000000  64000
            eu.amazon.nova-2-pro-preview-20251202-v1:0        1.375  0.34375  11      1000000  64000
            eu.amazon.nova-lite-v1:0                          0.078  0.0195   0.312   300000   10000
            eu.amazon.nova-micro-v1:0                         0.046  0.0115   0.184   128000   10000
            eu.amazon.nova-pro-v1:0                           1.05   0.2625   4.20    300000   10000
                flex:input=0.525,cached=0.13125,output=2.10
            eu.anthropic.claude-haiku-4-5-20251001-v1:0       1.10   0.11     5.50    200000   64000
                cache_write=1.375 cache_write_1h=2.20
                batch:input=0.55,output=2.75
            eu.anthropic.claude-haiku-5-5                     0.11   0.011    0.55    1000000  128000
                cache_write=0.1375 cache_write_1h=0.22
                above_100000:input=0.55,cached=0.055,output=2.75,cache_write=0.6875,cache_write_1h=1.10
            eu.anthropic.claude-opus-4-1-20250805-v1:0        15     1.50     75      200000   32000
                cache_write=18.75
            eu.anthropic.claude-opus-4-20250514-v1:0          15     1.50     75      200000   32000
                cache_write=18.75
            eu.anthropic.claude-opus-4-5-20251101-v1:0        5.50   0.55     27.50   200000   64000
                cache_write=6.875 cache_write_1h=11
            eu.anthropic.claude-opus-4-6-v1                   5.50   0.55     27.50   1000000  128000
                cache_write=6.875 cache_write_1h=11
            eu.anthropic.claude-opus-4-7                      5.50   0.55     27.50   1000000  128000
                cache_write=6.875 cache_write_1h=11
            eu.anthropic.claude-opus-4-8                      5.50   0.55     27.50   1000000  128000
                cache_write=6.875 cache_write_1h=11
            eu.anthropic.claude-opus-5                        5.50   0.55     27.50   1000000  128000
                cache_write=6.875 cache_write_1h=11
            eu.anthropic.claude-opus-5-5                      4.40   0.22     22      1000000  128000
                cache_write=5.50 cache_write_1h=8.80
            eu.anthropic.claude-sonnet-4-20250514-v1:0        3      0.30     15      200000   64000
                cache_write=3.75
            eu.anthropic.claude-sonnet-4-5-20250929-v1:0      3.30   0.33     16.50   200000   64000
                cache_write=4.125 cache_write_1h=6.60
                batch:input=1.65,output=8.25
            eu.anthropic.claude-sonnet-4-6                    3.30   0.33     16.50   1000000  64000
                cache_write=4.125 cache_write_1h=6.60
            eu.anthropic.claude-sonnet-5                      2.20   0.22     11      1000000  128000
                cache_write=2.75 cache_write_1h=4.40
            eu.anthropic.claude-sonnet-5-5                    2.20   0.11     11      1000000  128000
                cache_write=2.75 cache_write_1h=4.40
            global.amazon.nova-2-lite-v1:0                    0.30   0.075    2.50    1000000  64000
                batch:input=0.15,output=1.25
                priority:input=0.525,cached=0.13125,output=4.375
            global.anthropic.claude-haiku-4-5-20251001-v1:0   1      0.10     5       200000   64000
                cache_write=1.25 cache_write_1h=2
                batch:input=0.50,output=2.50
            global.anthropic.claude-haiku-5-5                 0.10   0.01     0.50    1000000  128000
                cache_write=0.125 cache_write_1h=0.20
                above_100000:input=0.50,cached=0.05,output=2.50,cache_write=0.625,cache_write_1h=1
            global.anthropic.claude-opus-4-5-20251101-v1:0    5      0.50     25      200000   64000
                cache_write=6.25 cache_write_1h=10
            global.anthropic.claude-opus-4-6-v1               5      0.50     25      1000000  128000
                cache_write=6.25 cache_write_1h=10
            global.anthropic.claude-opus-4-7                  5      0.50     25      1000000  128000
                cache_write=6.25 cache_write_1h=10
            global.anthropic.claude-opus-4-8                  5      0.50     25      1000000  128000
                cache_write=6.25 cache_write_1h=10
            global.anthropic.claude-opus-5                    5      0.50     25      1000000  128000
                cache_write=6.25 cache_write_1h=10
            global.anthropic.claude-opus-5-5                  4      0.20     20      1000000  128000
                cache_write=5 cache_write_1h=8
            global.anthropic.claude-sonnet-4-20250514-v1:0    3      0.30     15      200000   64000
                cache_write=3.75
            global.anthropic.claude-sonnet-4-5-20250929-v1:0  3      0.30     15      200000   64000
                cache_write=3.75 cache_write_1h=6
                batch:input=1.50,output=7.50
            global.anthropic.claude-sonnet-4-6                3      0.30     15      1000000  64000
                cache_write=3.75 cache_write_1h=6
            global.anthropic.claude-sonnet-5                  2      0.20     10      1000000  128000
                cache_write=2.50 cache_write_1h=4
            global.anthropic.claude-sonnet-5-5                2      0.10     10      1000000  128000
                cache_write=2.50 cache_write_1h=4
            meta.llama2-13b-chat-v1                           0.75   -        1       4096     4096
            meta.llama3-2-1b-instruct-v1:0                    0.10   -        0.10    128000   4096
            minimax.minimax-m2                                0.30   -        1.20    1000000  8000
                batch:input=0.15,output=0.60
                flex:input=0.15,output=0.60
                priority:input=0.52,output=2.10
            mistral.devstral-2-123b                           0.40   -        2       256000   32000
                batch:input=0.20,output=1
                flex:input=0.20,output=1
                priority:input=0.70,output=3.50
            mistral.mistral-large-3-675b-instruct             0.50   -        1.50    256000   32000
                batch:input=0.25,output=0.75
                flex:input=0.25,output=0.75
                priority:input=0.88,output=2.63
            mistral.voxtral-mini-3b-2507                      0.04   -        0.04    32768    8192
                batch:input=0.02,output=0.02
                flex:input=0.02,output=0.02
                priority:input=0.07,output=0.07
            nvidia.nemotron-nano-12b-v2                       0.20   -        0.60    128000   8000
                batch:input=0.10,output=0.30
                flex:input=0.10,output=0.30
                priority:input=0.35,output=1.05
            openai.gpt-oss-120b                               0.15   -        0.60    131072   16384
                batch:input=0.075,output=0.30
                flex:input=0.075,output=0.30
                priority:input=0.2625,output=1.05
            openai.gpt-oss-120b-1:0                           0.15   -        0.60    128000   16384
                batch:input=0.075,output=0.30
                flex:input=0.075,output=0.30
                priority:input=0.2625,output=1.05
            openai.gpt-oss-20b                                0.07   -        0.30    131072   16384
                batch:input=0.035,output=0.15
                flex:input=0.035,output=0.15
                priority:input=0.1225,output=0.525
            openai.gpt-oss-20b-1:0                            0.07   -        0.30    128000   16384
                batch:input=0.035,output=0.15
                flex:input=0.035,output=0.15
                priority:input=0.1225,output=0.525
            openai.gpt-oss-safeguard-120b                     0.15   -        0.60    131072   16000
                batch:input=0.07,output=0.30
                flex:input=0.07,output=0.30
                priority:input=0.26,output=1.05
            openai.gpt-oss-safeguard-20b                      0.07   -        0.20    131072   16000
                batch:input=0.03,output=0.10
                flex:input=0.03,output=0.10
                priority:input=0.12,output=0.35
            qwen.qwen3-32b-v1:0                               0.15   -        0.60    32768    8192
                batch:input=0.075,output=0.30
                flex:input=0.075,output=0.30
                priority:input=0.2625,output=1.05
            us.amazon.nova-2-lite-v1:0                        0.33   0.0825   2.75    1000000  64000
                batch:input=0.165,output=1.375
                flex:input=0.165,cached=0.04125,output=1.375
                priority:input=0.5775,cached=0.144375,output=4.8125
            us.amazon.nova-2-pro-preview-20251202-v1:0        1.375  0.34375  11      1000000  64000
                batch:input=0.6875,output=5.50
                priority:input=2.40625,output=19.25
            us.amazon.nova-lite-v1:0                          0.06   0.015    0.24    300000   10000
                batch:input=0.03,output=0.12
            us.amazon.nova-micro-v1:0                         0.035  0.00875  0.14    128000   10000
                batch:input=0.0175,output=0.07
            us.amazon.nova-pro-v1:0                           0.80   0.20     3.20    300000   10000
                batch:input=0.40,output=1.60
                flex:input=0.40,cached=0.10,output=1.60
                priority:input=1.40,cached=0.35,output=5.60
            us.anthropic.claude-3-5-haiku-20241022-v1:0       0.80   0.08     4       200000   8192
                cache_write=1
            us.anthropic.claude-3-5-sonnet-20240620-v1:0      3      0.30     15      200000   4096
                cache_write=3.75
            us.anthropic.claude-3-7-sonnet-20250219-v1:0      3      0.30     15      200000   8192
                cache_write=3.75
            us.anthropic.claude-haiku-4-5-20251001-v1:0       1.10   0.11     5.50    200000   64000
                cache_write=1.375 cache_write_1h=2.20
                batch:input=0.55,output=2.75
            us.anthropic.claude-haiku-5-5                     0.11   0.011    0.55    1000000  128000
                cache_write=0.1375 cache_write_1h=0.22
                above_100000:input=0.55,cached=0.055,output=2.75,cache_write=0.6875,cache_write_1h=1.10
            us.anthropic.claude-opus-4-1-20250805-v1:0        15     1.50     75      200000   32000
                cache_write=18.75
            us.anthropic.claude-opus-4-20250514-v1:0          15     1.50     75      200000   32000
                cache_write=18.75
            us.anthropic.claude-opus-4-5-20251101-v1:0        5.50   0.55     27.50   200000   64000
                cache_write=6.875 cache_write_1h=11
            us.anthropic.claude-opus-4-6-v1                   5.50   0.55     27.50   1000000  128000
                cache_write=6.875 cache_write_1h=11
            us.anthropic.claude-opus-4-7                      5.50   0.55     27.50   1000000  128000
                cache_write=6.875 cache_write_1h=11
            us.anthropic.claude-opus-4-8                      5.50   0.55     27.50   1000000  128000
                cache_write=6.875 cache_write_1h=11
            us.anthropic.claude-opus-5                        5.50   0.55     27.50   1000000  128000
                cache_write=6.875 cache_write_1h=11
            us.anthropic.claude-opus-5-5                      4.40   0.22     22      1000000  128000
                cache_write=5.50 cache_write_1h=8.80
            us.anthropic.claude-sonnet-4-20250514-v1:0        3      0.30     15      200000   64000
                cache_write=3.75
            us.anthropic.claude-sonnet-4-5-20250929-v1:0      3.30   0.33     16.50   200000   64000
                cache_write=4.125 cache_write_1h=6.60
                batch:input=1.65,output=8.25
            us.anthropic.claude-sonnet-4-6                    3.30   0.33     16.50   1000000  64000
                cache_write=4.125 cache_write_1h=6.60
            us.anthropic.claude-sonnet-5                      2.20   0.22     11      1000000  128000
                cache_write=2.75 cache_write_1h=4.40
            us.anthropic.claude-sonnet-5-5                    2.20   0.11     11      1000000  128000
                cache_write=2.75 cache_write_1h=4.40
            us.deepseek.r1-v1:0                               1.35   -        5.40    128000   8192
            us.meta.llama3-3-70b-instruct-v1:0                0.72   -        0.72    128000   4096
                batch:input=0.36,output=0.36
            us.meta.llama4-maverick-17b-instruct-v1:0         0.24   -        0.97    1000000  8192
                batch:input=0.12,output=0.485
            us.writer.palmyra-x4-v1:0                         2.50   -        10      128000   8192
            """,
        unroutedPrices: """
            # model                                     input  cached  output  context  max_output
            anthropic.claude-3-haiku-20240307-v1:0      0.25   -       1.25    200000   -
            anthropic.claude-3-sonnet-20240229-v1:0     3      0.30    15      200000   -
                cache_write=3.75
            us.anthropic.claude-3-sonnet-20240229-v1:0  3      0.30    15      200000   -
                cache_write=3.75
            """
    )
}
