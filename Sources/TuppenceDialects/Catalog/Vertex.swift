extension Provider {
    /// Source: https://cloud.google.com/vertex-ai/generative-ai/pricing (prices: LiteLLM, MIT licence, November 2026;
    /// models no longer offered: genai-prices, MIT licence, November 2026).
    ///
    /// Answers of Claude count as Anthropic does: read them in that dialect. The base URL has the location in place of
    /// `global`, and the project behind it.
    ///
    /// It goes on with a stream that has been left, and charges for it, as a reseller says of its providers: see "Stream
    /// Cancellation" in https://openrouter.ai/docs/api-reference/streaming (November 2026).
    public static let vertex = Provider(
        id: "vertex",
        baseURL: "https://aiplatform.googleapis.com/v1",
        keyVariable: "GOOGLE_APPLICATION_CREDENTIALS",
        onDisconnect: .finishes,
        dialect: .gemini,
        host: .vertex,
        usageDialect: .gemini,
        prices: """
            # model                                  input    cached  output  context  max_output
            claude-3-5-haiku                         1        -       5       200000   8192
                search=0.01
            claude-3-5-haiku@20241022                1        -       5       200000   8192
                search=0.01
            claude-3-5-sonnet                        3        -       15      200000   8192
                search=0.01
            claude-3-5-sonnet@20240620               3        -       15      200000   8192
                search=0.01
            claude-3-haiku                           0.25     -       1.25    200000   4096
                search=0.01
            claude-3-haiku@20240307                  0.25     -       1.25    200000   4096
                search=0.01
            claude-3-opus                            15       -       75      200000   4096
                search=0.01
            claude-3-opus@20240229                   15       -       75      200000   4096
                search=0.01
            claude-3-sonnet                          3        -       15      200000   4096
                search=0.01
            claude-3-sonnet@20240229                 3        -       15      200000   4096
                search=0.01
            claude-fable-5                           10       1       50      1000000  128000
                cache_write=12.50 cache_write_1h=20 search=0.01
                batch:input=5,cached=0.50,output=25,cache_write=6.25,cache_write_1h=10
            claude-fable-5-1                         10       0.25    50      1000000  128000
                cache_write=12.50 cache_write_1h=20 search=0.01
                batch:input=5,cached=0.125,output=25,cache_write=6.25,cache_write_1h=10
            claude-fable-5-1@default                 10       0.25    50      1000000  128000
                cache_write=12.50 cache_write_1h=20 search=0.01
                batch:input=5,cached=0.125,output=25,cache_write=6.25,cache_write_1h=10
            claude-fable-5@default                   10       1       50      1000000  128000
                cache_write=12.50 cache_write_1h=20 search=0.01
                batch:input=5,cached=0.50,output=25,cache_write=6.25,cache_write_1h=10
            claude-haiku-4-5                         1        0.10    5       200000   64000
                cache_write=1.25 cache_write_1h=2 search=0.01
                batch:input=0.50,cached=0.05,output=2.50,cache_write=0.625,cache_write_1h=1
            claude-haiku-4-5@20251001                1        0.10    5       200000   64000
                cache_write=1.25 cache_write_1h=2 search=0.01
                batch:input=0.50,cached=0.05,output=2.50,cache_write=0.625,cache_write_1h=1
            claude-haiku-5-5                         0.10     0.01    0.50    1000000  128000
                cache_write=0.125 cache_write_1h=0.20 search=0.01
                above_100000:input=0.50,cached=0.05,output=2.50,cache_write=0.625,cache_write_1h=1
                batch:input=0.05,cached=0.005,output=0.25,cache_write=0.0625,cache_write_1h=0.10
            claude-haiku-5-5@default                 0.10     0.01    0.50    1000000  128000
                cache_write=0.125 cache_write_1h=0.20 search=0.01
                above_100000:input=0.50,cached=0.05,output=2.50,cache_write=0.625,cache_write_1h=1
                batch:input=0.05,cached=0.005,output=0.25,cache_write=0.0625,cache_write_1h=0.10
            claude-opus-4-5                          5        0.50    25      200000   64000
                cache_write=6.25 cache_write_1h=10 search=0.01
                batch:input=2.50,cached=0.25,output=12.50,cache_write=3.125,cache_write_1h=5
            claude-opus-4-5@20251101                 5        0.50    25      200000   64000
                cache_write=6.25 cache_write_1h=10 search=0.01
                batch:input=2.50,cached=0.25,output=12.50,cache_write=3.125,cache_write_1h=5
            claude-opus-4-6                          5        0.50    25      1000000  128000
                cache_write=6.25 cache_write_1h=10 search=0.01
                batch:input=2.50,cached=0.25,output=12.50,cache_write=3.125,cache_write_1h=5
            claude-opus-4-6@default                  5        0.50    25      1000000  128000
                cache_write=6.25 cache_write_1h=10 search=0.01
                batch:input=2.50,cached=0.25,output=12.50,cache_write=3.125,cache_write_1h=5
            claude-opus-4-7                          5        0.50    25      1000000  128000
                cache_write=6.25 cache_write_1h=10 search=0.01
                batch:input=2.50,cached=0.25,output=12.50,cache_write=3.125,cache_write_1h=5
            claude-opus-4-7@default                  5        0.50    25      1000000  128000
                cache_write=6.25 cache_write_1h=10 search=0.01
                batch:input=2.50,cached=0.25,output=12.50,cache_write=3.125,cache_write_1h=5
            claude-opus-4-8                          5        0.50    25      1000000  128000
                cache_write=6.25 cache_write_1h=10 search=0.01
                batch:input=2.50,cached=0.25,output=12.50,cache_write=3.125,cache_write_1h=5
            claude-opus-4-8@default                  5        0.50    25      1000000  128000
                cache_write=6.25 cache_write_1h=10 search=0.01
                batch:input=2.50,cached=0.25,output=12.50,cache_write=3.125,cache_write_1h=5
            claude-opus-5                            5        0.50    25      1000000  128000
                cache_write=6.25 cache_write_1h=10 search=0.01
                batch:input=2.50,cached=0.25,output=12.50,cache_write=3.125,cache_write_1h=5
            claude-opus-5-5                          4        0.20    20      1000000  128000
                cache_write=5 cache_write_1h=8 search=0.01
                batch:input=2.50,cached=0.10,output=12.50,cache_write=2.50,cache_write_1h=4
            claude-opus-5-5@default                  4        0.20    20      1000000  128000
                cache_write=5 cache_write_1h=8 search=0.01
                batch:input=2.50,cached=0.10,output=12.50,cache_write=2.50,cache_write_1h=4
            claude-opus-5@default                    5        0.50    25      1000000  128000
                cache_write=6.25 cache_write_1h=10 search=0.01
                batch:input=2.50,cached=0.25,output=12.50,cache_write=3.125,cache_write_1h=5
            claude-sonnet-4-5                        3        0.30    15      200000   64000
                cache_write=3.75 cache_write_1h=6 search=0.01
                batch:input=1.50,cached=0.15,output=7.50,cache_write=1.88,cache_write_1h=3
            claude-sonnet-4-5@20250929               3        0.30    15      200000   64000
                cache_write=3.75 cache_write_1h=6 search=0.01
                batch:input=1.50,cached=0.15,output=7.50,cache_write=1.88,cache_write_1h=3
            claude-sonnet-4-6                        3        0.30    15      1000000  64000
                cache_write=3.75 cache_write_1h=6 search=0.01
                batch:input=1.50,cached=0.15,output=7.50,cache_write=1.88,cache_write_1h=3
            claude-sonnet-4-6@default                3        0.30    15      1000000  64000
                cache_write=3.75 cache_write_1h=6 search=0.01
                batch:input=1.50,cached=0.15,output=7.50,cache_write=1.88,cache_write_1h=3
            claude-sonnet-5                          2        0.20    10      1000000  128000
                cache_write=2.50 cache_write_1h=4 search=0.01
                batch:input=1,output=5
            claude-sonnet-5-5                        2        0.10    10      1000000  128000
                cache_write=2.50 cache_write_1h=4 search=0.01
                batch:input=1,cached=0.05,output=5,cache_write=1.25,cache_write_1h=2
            claude-sonnet-5-5@default                2        0.10    10      1000000  128000
                cache_write=2.50 cache_write_1h=4 search=0.01
                batch:input=1,cached=0.05,output=5,cache_write=1.25,cache_write_1h=2
            claude-sonnet-5@default                  2        0.20    10      1000000  128000
                cache_write=2.50 cache_write_1h=4 search=0.01
                batch:input=1,output=5
            gemini-2.5-computer-use-preview-10-2025  1.25     -       10      128000   64000
            gemini-2.5-flash                         0.30     0.03    2.50    1048576  65535
                audio_input=1 cached_audio_input=0.10
                batch:input=0.15,output=1.25,audio_input=0.50
                flex:input=0.15,output=1.25
                priority:input=0.54,cached=0.054,output=4.50,audio_input=1.80
            gemini-2.5-flash-image                   0.30     -       2.50    32768    32768
                audio_input=1 image_output=30
                batch:input=0.15,output=1.25,image_output=15
                flex:input=0.15,output=1.25
            gemini-2.5-flash-lite                    0.10     0.01    0.40    1048576  65535
                audio_input=0.30 cached_audio_input=0.03
                batch:input=0.05,output=0.20,audio_input=0.05
                flex:input=0.05,output=0.20
                priority:input=0.18,cached=0.018,output=0.72,audio_input=0.54
            gemini-2.5-flash-lite-preview-09-2025    0.10     0.01    0.40    1048576  65535
                audio_input=0.30
            gemini-2.5-flash-preview-09-2025         0.30     0.03    2.50    1048576  65535
                audio_input=1
            gemini-2.5-pro                           1.25     0.125   10      1048576  65535
                above_200000:input=2.50,cached=0.25,output=15
                batch:input=0.625,output=5 batch_above_200000:input=1.25,output=7.50
                flex:input=0.625,output=5
                priority:input=2.25,cached=0.225,output=18
                priority_above_200000:input=4.50,cached=0.45,output=27
            gemini-3-flash-preview                   0.50     0.05    3       1048576  65535
                audio_input=1 cached_audio_input=0.10
                batch:input=0.25,output=1.50,audio_input=0.50
                flex:input=0.25,output=1.50
                priority:input=0.90,cached=0.09,output=5.40,audio_input=1.80
            gemini-3-pro-image                       2        0.20    12      65536    32768
                image_output=120
                batch:input=1,cached=0.10,output=6,image_output=60
                flex:input=1,cached=0.10,output=6
                priority:input=3.60,cached=0.36,output=21.60
            gemini-3-pro-image-preview               2        0.20    12      65536    32768
                image_output=120
                batch:input=1,cached=0.10,output=6,image_output=60
                priority:input=3.60,cached=0.36,output=21.60
            gemini-3.1-flash-image                   0.50     0.05    3       65536    32768
                image_output=60
                batch:input=0.25,cached=0.025,output=1.50,image_output=30
                flex:input=0.25,cached=0.025,output=1.50
                priority:input=0.90,cached=0.09,output=5.40
            gemini-3.1-flash-image-preview           0.50     0.05    3       65536    32768
                image_output=60
                batch:input=0.25,cached=0.025,output=1.50,image_output=30
            gemini-3.1-flash-lite                    0.25     0.025   1.50    1048576  65536
                audio_input=0.50 cached_audio_input=0.05
                batch:input=0.125,cached=0.0125,output=0.75,audio_input=0.25
                flex:input=0.125,cached=0.0125,output=0.75
                priority:input=0.45,cached=0.045,output=2.70,audio_input=0.90
            gemini-3.1-flash-lite-image              0.25     0.025   1.50    65536    4096
                image_output=30
                batch:input=0.125,cached=0.0125,output=0.75,image_output=15
                flex:input=0.125,cached=0.0125,output=0.75
                priority:input=0.45,cached=0.045,output=2.70
            gemini-3.1-flash-lite-preview            0.25     0.025   1.50    1048576  65536
                audio_input=0.50
            gemini-3.1-pro-preview                   2        0.20    12      1048576  65536
                above_200000:input=4,cached=0.40,output=18
                batch:input=1,output=6 batch_above_200000:input=2,output=9
                flex:input=1,output=6
                priority:input=3.60,cached=0.36,output=21.60
                priority_above_200000:input=7.20,cached=0.72,output=32.40
            gemini-3.1-pro-preview-customtools       2        0.20    12      1048576  65536
                above_200000:input=4,cached=0.40,output=18
                batch:input=1,output=6
            gemini-3.5-flash                         1.50     0.15    9       1048576  65535
                batch:input=0.75,cached=0.075,output=4.50
                flex:input=0.75,cached=0.075,output=4.50
                priority:input=2.70,cached=0.27,output=16.20,audio_input=2.70
            gemini-3.5-flash-lite                    0.30     0.03    2.50    1048576  65536
                batch:input=0.15,cached=0.015,output=1.25
                flex:input=0.15,cached=0.015,output=1.25
                priority:input=0.54,cached=0.054,output=4.50
            gemini-3.6-flash                         0.75     0.075   3.75    1048576  65536
                batch:input=0.375,cached=0.0375,output=1.875
                flex:input=0.375,cached=0.0375,output=1.875
                priority:input=1.35,cached=0.135,output=6.75
            gemini-3.7-flash                         0.75     0.075   3.75    1048576  65536
                batch:input=0.375,cached=0.0375,output=1.875
                flex:input=0.375,cached=0.0375,output=1.875
                priority:input=1.35,cached=0.135,output=6.75
            gemini-3.8-flash                         0.75     0.075   3.75    1048576  65536
                batch:input=0.375,cached=0.0375,output=1.875
                flex:input=0.375,cached=0.0375,output=1.875
                priority:input=1.35,cached=0.135,output=6.75
            gemini-3.8-flash-cyber                   1.50     0.15    7.50    1048576  65536
                batch:input=0.75,cached=0.075,output=3.75
                flex:input=0.75,cached=0.075,output=3.75
                priority:input=2.70,cached=0.27,output=13.50
            gemini-embedding-001                     0.15     -       -       2048     -
                batch:input=0.12
            gemini-embedding-2                       0.20     -       -       8192     -
                audio_input=6.50 image_input=0.45
                batch:input=0.10,audio_input=3.25,image_input=0.225
            gemini-embedding-2-preview               0.20     -       -       8192     -
                audio_input=6.50 image_input=0.45
                batch:input=0.10,audio_input=3.25,image_input=0.225
            gemini-nano-banana-2.1                   1.50     0.15    7.50    131072   32768
                image_output=30
                batch:input=0.75,cached=0.075,output=3.75,image_output=15
                priority:input=2.70,cached=0.27,output=13.50
            text-embedding-004                       0.10     -       -       2048     -
            text-embedding-005                       0.10     -       -       2048     -
            text-embedding-large-exp-03-07           0.10     -       -       8192     -
            text-embedding-preview-0409              0.00625  -       -       3072     -
            text-multilingual-embedding-002          0.10     -       -       2048     -
            """,
        unroutedPrices: """
            # model                         input  cached   output  context  max_output
            claude-opus-4-1@20250805        15     1.50     75      200000   -
                cache_write=18.75
            gemini-1.5-flash                0.075  0.01875  0.30    1000000  -
                above_128000:input=0.15,cached=0.0375,output=0.60
            gemini-1.5-pro                  1.25   -        5       1000000  -
                above_128000:input=2.50,output=10
            gemini-2.0-flash                0.10   0.025    0.40    1000000  -
                audio_input=0.70 cached_audio_input=0.175
            gemini-2.0-flash-exp            0.10   0.025    0.40    1000000  -
                audio_input=0.70 cached_audio_input=0.175
            gemini-2.0-flash-lite           0.075  -        0.30    1000000  -
            gemini-2.5-flash-image-preview  0.30   -        2.50    1000000  -
                image_output=30
            """
    )
}
