extension Provider {
    /// Source: https://ai.google.dev/gemini-api/docs/pricing (prices: LiteLLM, MIT licence, November 2026;
    /// models no longer offered: genai-prices, MIT licence, November 2026).
    ///
    /// Grounding with a search and the storage of caches are charged beside the tokens and stand in no usage.
    ///
    /// It goes on with a stream that has been left, and charges for it, as a reseller says of its providers: see "Stream
    /// Cancellation" in https://openrouter.ai/docs/api-reference/streaming (November 2026).
    public static let gemini = Provider(
        id: "gemini",
        baseURL: "https://generativelanguage.googleapis.com/v1beta",
        keyVariable: "GEMINI_API_KEY",
        onDisconnect: .finishes,
        dialect: .gemini,
        usageDialect: .gemini,
        prices: """
            # model                                  input  cached  output  context  max_output
            gemini-2.5-computer-use-preview-10-2025  1.25   -       10      128000   64000
            gemini-2.5-flash                         0.30   0.03    2.50    1048576  65536
                audio_input=1 cached_audio_input=0.10
                batch:input=0.15,output=1.25,audio_input=0.50
                flex:input=0.15,output=1.25,audio_input=0.50
                priority:input=0.54,cached=0.054,output=4.50,audio_input=1.80,cached_audio_input=0.18
            gemini-2.5-flash-image                   0.30   0.03    2.50    65536    32768
                audio_input=1 image_output=30
                batch:input=0.15,output=1.25
                flex:input=0.15,output=1.25
                priority:input=0.54,output=4.50
            gemini-2.5-flash-lite                    0.10   0.01    0.40    1048576  65536
                audio_input=0.30 cached_audio_input=0.03
                batch:input=0.05,output=0.20,audio_input=0.15
                flex:input=0.05,output=0.20,audio_input=0.15
                priority:input=0.18,cached=0.018,output=0.72,audio_input=0.54,cached_audio_input=0.054
            gemini-2.5-pro                           1.25   0.125   10      1048576  65536
                above_200000:input=2.50,cached=0.25,output=15
                batch:input=0.625,output=5 batch_above_200000:input=1.25,cached=0.25,output=7.50
                flex:input=0.625,output=5
                priority:input=2.25,cached=0.225,output=18
                priority_above_200000:input=4.50,cached=0.45,output=27
            gemini-3-flash-preview                   0.50   0.05    3       1048576  65536
                audio_input=1 cached_audio_input=0.10
                batch:input=0.25,output=1.50,audio_input=0.50
                flex:input=0.25,output=1.50,audio_input=0.50
                priority:input=0.90,cached=0.09,output=5.40,audio_input=1.80,cached_audio_input=0.18
            gemini-3-pro-image                       2      -       12      65536    32768
                image_output=120
                batch:input=1,output=6,image_output=60
                flex:input=1,output=6
                priority:input=3.60,output=21.60
            gemini-3-pro-image-preview               2      -       12      131072   32768
                image_output=120
                batch:input=1,output=6
                flex:input=1,output=6
                priority:input=3.60,output=21.60
            gemini-3.1-flash-image                   0.50   -       3       131072   32768
                image_output=60
                batch:input=0.25,output=1.50,image_output=30
            gemini-3.1-flash-image-preview           0.50   -       3       65536    65536
                image_output=60
                batch:input=0.25,output=1.50
            gemini-3.1-flash-lite                    0.25   0.025   1.50    1048576  65536
                audio_input=0.50 cached_audio_input=0.05
                batch:input=0.125,cached=0.0125,output=0.75,audio_input=0.25,cached_audio_input=0.025
                flex:input=0.125,cached=0.0125,output=0.75,audio_input=0.25,cached_audio_input=0.025
                priority:input=0.45,cached=0.045,output=2.70,audio_input=0.90,cached_audio_input=0.09
            gemini-3.1-flash-lite-image              0.25   -       1.50    65536    4096
                image_output=30
                batch:input=0.125,output=0.75,image_output=15
            gemini-3.1-flash-lite-preview            0.25   0.025   1.50    1048576  65536
                audio_input=0.50 cached_audio_input=0.05
                batch:input=0.125,cached=0.0125,output=0.75,audio_input=0.25
                flex:input=0.125,cached=0.0125,output=0.75
                priority:input=0.45,cached=0.045,output=2.70
            gemini-3.1-pro-preview                   2      0.20    12      1048576  65536
                above_200000:input=4,cached=0.40,output=18
                batch:input=1,output=6 batch_above_200000:input=2,cached=0.40,output=9
                flex:input=1,output=6
                priority:input=3.60,cached=0.36,output=21.60
                priority_above_200000:input=7.20,cached=0.72,output=32.40
            gemini-3.1-pro-preview-customtools       2      0.20    12      1048576  65536
                above_200000:input=4,cached=0.40,output=18
                batch:input=1,output=6 batch_above_200000:input=2,cached=0.40,output=9
                flex:input=1,output=6
                priority:input=3.60,cached=0.36,output=21.60
                priority_above_200000:input=7.20,cached=0.72,output=32.40
            gemini-3.5-flash                         1.50   0.15    9       1048576  65536
                batch:input=0.75,cached=0.075,output=4.50
                flex:input=0.75,cached=0.08,output=4.50
                priority:input=2.70,cached=0.27,output=16.20,audio_input=2.70
            gemini-3.5-flash-lite                    0.30   0.03    2.50    1048576  65536
                batch:input=0.15,cached=0.02,output=1.25
                flex:input=0.15,cached=0.02,output=1.25
                priority:input=0.54,cached=0.05,output=4.50
            gemini-3.6-flash                         0.75   0.075   3.75    1048576  65536
                batch:input=0.375,cached=0.0375,output=1.875
                flex:input=0.375,cached=0.0375,output=1.875
                priority:input=1.35,cached=0.135,output=6.75
            gemini-3.7-flash                         0.75   0.075   3.75    1048576  65536
                batch:input=0.375,cached=0.0375,output=1.875
                flex:input=0.375,cached=0.0375,output=1.875
                priority:input=1.35,cached=0.135,output=6.75
            gemini-3.8-flash                         0.75   0.075   3.75    1048576  65536
                batch:input=0.375,cached=0.0375,output=1.875
                flex:input=0.375,cached=0.0375,output=1.875
                priority:input=1.35,cached=0.135,output=6.75
            gemini-4-argon                           2      0.10    10      1048576  1048576
                batch:input=1,cached=0.05,output=5
                flex:input=1,cached=0.05,output=5
                priority:input=3.60,cached=0.18,output=18
            gemini-embedding-001                     0.15   -       -       2048     -
                batch:input=0.075
            gemini-embedding-2                       0.20   -       -       8192     -
                audio_input=6.50 image_input=0.45
                batch:input=0.10,audio_input=3.25,image_input=0.225
            gemini-embedding-2-preview               0.20   -       -       8192     -
                audio_input=6.50 image_input=0.45
                batch:input=0.10,audio_input=3.25,image_input=0.225
            gemini-flash-latest                      0.75   0.075   3.75    1048576  65536
                batch:input=0.375,output=1.875
                flex:input=0.375,cached=0.0375,output=1.875
                priority:input=1.35,cached=0.135,output=6.75
            gemini-flash-lite-latest                 0.30   0.03    2.50    1048576  65536
                batch:input=0.15,output=1.25
                flex:input=0.15,cached=0.02,output=1.25
                priority:input=0.54,cached=0.05,output=4.50
            gemini-nano-banana-2.1                   1.50   -       7.50    131072   32768
                image_output=30
                batch:input=0.75,output=3.75,image_output=15
            gemini-pro-latest                        2      0.20    12      1048576  65536
                above_200000:input=4,cached=0.40,output=18
                batch:input=1,output=6
                flex:input=1,output=6
                priority:input=3.60,cached=0.36,output=21.60
                priority_above_200000:input=7.20,cached=0.72,output=32.40
            """,
        unroutedPrices: """
            # model                                input  cached   output  context  max_output
            gemini-1.5-flash                       0.075  0.01875  0.30    1000000  -
                above_128000:input=0.15,cached=0.0375,output=0.60
            gemini-2.0-flash                       0.10   0.025    0.40    1000000  -
                audio_input=0.70 cached_audio_input=0.175
            gemini-2.0-flash-001                   0.10   0.025    0.40    1000000  -
                audio_input=0.70 cached_audio_input=0.175
            gemini-2.0-flash-exp                   0.10   0.025    0.40    1000000  -
                audio_input=0.70 cached_audio_input=0.175
            gemini-2.0-flash-exp-image-generation  0.10   0.025    0.40    1000000  -
                audio_input=0.70 cached_audio_input=0.175
            gemini-2.0-flash-lite                  0.075  -        0.30    1000000  -
            gemini-2.5-flash-image-preview         0.30   -        2.50    1000000  -
                image_output=30
            gemini-2.5-flash-preview-05-20         0.15   -        0.60    -        -
            gemini-2.5-flash-preview-09-2025       0.30   0.03     2.50    1048576  -
                audio_input=1 cached_audio_input=0.10
            gemini-2.5-pro-preview-05-06           1.25   0.125    10      -        -
                above_200000:input=2.50,cached=0.25,output=15
            gemini-3-pro-preview                   2      0.20     12      -        -
                above_200000:input=4,cached=0.40,output=18
            """
    )
}
