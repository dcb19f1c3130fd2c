extension Provider {
    /// Source: https://developers.openai.com/api/docs/pricing (prices: LiteLLM, MIT licence, November 2026;
    /// models no longer offered: genai-prices, MIT licence, November 2026).
    ///
    /// Models that search the web with every request charge for the search, which their usage does not show, beside the
    /// tokens: $10 for a thousand (https://developers.openai.com/api/docs/pricing, read 2026-11-26). Fine-tuned models (`ft:…`) are named after their owner; give them a price in the configuration.
    public static let openAI = Provider(
        id: "openai",
        baseURL: "https://api.openai.com/v1",
        keyVariable: "OPENAI_API_KEY",
        outputLimitField: .maxCompletionTokens,
        prices: """
            # model                               input  cached  output  context  max_output
            chat-latest                           5      0.50    30      400000   128000
            computer-use-preview                  3      -       12      8192     1024
            computer-use-preview-2025-03-11       3      -       12      8192     1024
            daybreak-blue-latest                  4      0.40    20      922000   128000      cache_write=5
                above_272000:input=8,cached=0.80,output=30,cache_write=10
            daybreak-red-latest                   12.50  1.25    75      400000   128000      cache_write=15.625
                above_272000:input=25,cached=2.50,output=112.50,cache_write=31.25
            gpt-3.5-turbo                         0.50   -       1.50    16385    4096
            gpt-3.5-turbo-0125                    0.50   -       1.50    16385    4096
                batch:input=0.25,output=0.75
            gpt-3.5-turbo-1106                    1      -       2       16385    4096
            gpt-3.5-turbo-16k                     3      -       4       16385    4096
            gpt-4                                 30     -       60      8192     4096
            gpt-4-0613                            30     -       60      8192     4096
                batch:input=15,output=30
            gpt-4-1106-preview                    10     -       30      128000   4096
            gpt-4-turbo                           10     -       30      128000   4096
            gpt-4-turbo-2024-04-09                10     -       30      128000   4096
                batch:input=5,output=15
            gpt-4.1                               2      0.50    8       1047576  32768
                batch:input=1,output=4
                priority:input=3.50,cached=0.875,output=14
            gpt-4.1-2025-04-14                    2      0.50    8       1047576  32768
                batch:input=1,output=4
                priority:input=3.50,cached=0.875,output=14
            gpt-4.1-mini                          0.40   0.10    1.60    1047576  32768
                batch:input=0.20,output=0.80
                priority:input=0.70,cached=0.175,output=2.80
            gpt-4.1-mini-2025-04-14               0.40   0.10    1.60    1047576  32768
                batch:input=0.20,output=0.80
                priority:input=0.70,cached=0.175,output=2.80
            gpt-4.1-nano                          0.10   0.025   0.40    1047576  32768
                batch:input=0.05,output=0.20
                priority:input=0.20,cached=0.05,output=0.80
            gpt-4.1-nano-2025-04-14               0.10   0.025   0.40    1047576  32768
                batch:input=0.05,output=0.20
                priority:input=0.20,cached=0.05,output=0.80
            gpt-4o                                2.50   1.25    10      128000   16384
                batch:input=1.25,output=5
                priority:input=4.25,cached=2.125,output=17
            gpt-4o-2024-05-13                     5      -       15      128000   4096
                batch:input=2.50,output=7.50
                priority:input=8.75,output=26.25
            gpt-4o-2024-08-06                     2.50   1.25    10      128000   16384
                batch:input=1.25,output=5
                priority:input=4.25,cached=2.125,output=17
            gpt-4o-2024-11-20                     2.50   1.25    10      128000   16384
                batch:input=1.25,output=5
                priority:input=4.25,cached=2.125,output=17
            gpt-4o-audio-preview-2024-12-17       2.50   -       10      128000   16384
                audio_input=40 audio_output=80
            gpt-4o-audio-preview-2025-06-03       2.50   -       10      128000   16384
                audio_input=40 audio_output=80
            gpt-4o-mini                           0.15   0.075   0.60    128000   16384
                batch:input=0.075,output=0.30
                priority:input=0.25,cached=0.125,output=1
            gpt-4o-mini-2024-07-18                0.15   0.075   0.60    128000   16384
                batch:input=0.075,output=0.30
                priority:input=0.25,cached=0.125,output=1
            gpt-4o-mini-audio-preview-2024-12-17  0.15   -       0.60    128000   16384
                audio_input=10 audio_output=20
            gpt-5                                 1.25   0.125   10      272000   128000
                batch:input=0.625,cached=0.0625,output=5
                flex:input=0.625,cached=0.0625,output=5
                priority:input=2.50,cached=0.25,output=20
            gpt-5-2025-08-07                      1.25   0.125   10      272000   128000
                batch:input=0.625,cached=0.0625,output=5
                flex:input=0.625,cached=0.0625,output=5
                priority:input=2.50,cached=0.25,output=20
            gpt-5-chat                            1.25   0.125   10      128000   16384
            gpt-5-chat-latest                     1.25   0.125   10      128000   16384
            gpt-5-codex                           1.25   0.125   10      272000   128000
            gpt-5-mini                            0.25   0.025   2       272000   128000
                batch:input=0.125,cached=0.0125,output=1
                flex:input=0.125,cached=0.0125,output=1
                priority:input=0.45,cached=0.045,output=3.60
            gpt-5-mini-2025-08-07                 0.25   0.025   2       272000   128000
                batch:input=0.125,cached=0.0125,output=1
                flex:input=0.125,cached=0.0125,output=1
                priority:input=0.45,cached=0.045,output=3.60
            gpt-5-nano                            0.05   0.005   0.40    272000   128000
                batch:input=0.025,cached=0.0025,output=0.20
                flex:input=0.025,cached=0.0025,output=0.20
            gpt-5-nano-2025-08-07                 0.05   0.005   0.40    272000   128000
                batch:input=0.025,cached=0.0025,output=0.20
                flex:input=0.025,cached=0.0025,output=0.20
            gpt-5-pro                             15     -       120     400000   272000
                batch:input=7.50,output=60
            gpt-5-pro-2025-10-06                  15     -       120     400000   272000
                batch:input=7.50,output=60
            gpt-5-search-api                      1.25   0.125   10      272000   128000       request=0.01
            gpt-5-search-api-2025-10-14           1.25   0.125   10      272000   128000       request=0.01
            gpt-5.1                               1.25   0.125   10      272000   128000
                batch:input=0.625,cached=0.0625,output=5
                flex:input=0.625,cached=0.0625,output=5
                priority:input=2.50,cached=0.25,output=20
            gpt-5.1-2025-11-13                    1.25   0.125   10      272000   128000
                batch:input=0.625,cached=0.0625,output=5
                flex:input=0.625,cached=0.0625,output=5
                priority:input=2.50,cached=0.25,output=20
            gpt-5.1-chat-latest                   1.25   0.125   10      128000   16384
            gpt-5.1-codex                         1.25   0.125   10      400000   128000
            gpt-5.1-codex-max                     1.25   0.125   10      400000   128000
            gpt-5.1-codex-mini                    0.25   0.025   2       400000   128000
            gpt-5.2                               1.75   0.175   14      272000   128000
                batch:input=0.875,cached=0.0875,output=7
                flex:input=0.875,cached=0.0875,output=7
                priority:input=3.50,cached=0.35,output=28
            gpt-5.2-2025-12-11                    1.75   0.175   14      272000   128000
                batch:input=0.875,cached=0.0875,output=7
                flex:input=0.875,cached=0.0875,output=7
                priority:input=3.50,cached=0.35,output=28
            gpt-5.2-chat-latest                   1.75   0.175   14      128000   16384
            gpt-5.2-codex                         1.75   0.175   14      272000   128000
            gpt-5.2-pro                           21     -       168     272000   128000
                batch:input=10.50,output=84
            gpt-5.2-pro-2025-12-11                21     -       168     272000   128000
                batch:input=10.50,output=84
            gpt-5.3-chat-latest                   1.75   0.175   14      128000   16384
            gpt-5.3-codex                         1.75   0.175   14      272000   128000
                priority:input=3.50,cached=0.35,output=28
            gpt-5.4                               2.50   0.25    15      1050000  128000
                above_272000:input=5,cached=0.50,output=22.50
                batch:input=1.25,cached=0.13,output=7.50 batch_above_272000:input=2.50,cached=0.25,output=11.25
                flex:input=1.25,cached=0.13,output=7.50 flex_above_272000:input=2.50,cached=0.25,output=11.25
                priority:input=5,cached=0.50,output=30
            gpt-5.4-2026-03-05                    2.50   0.25    15      1050000  128000
                above_272000:input=5,cached=0.50,output=22.50
                batch:input=1.25,cached=0.13,output=7.50 batch_above_272000:input=2.50,cached=0.25,output=11.25
                flex:input=1.25,cached=0.13,output=7.50 flex_above_272000:input=2.50,cached=0.25,output=11.25
                priority:input=5,cached=0.50,output=30
            gpt-5.4-mini                          0.75   0.075   4.50    272000   128000
                batch:input=0.375,cached=0.0375,output=2.25
                flex:input=0.375,cached=0.0375,output=2.25
                priority:input=1.50,cached=0.15,output=9
            gpt-5.4-mini-2026-03-17               0.75   0.075   4.50    272000   128000
                batch:input=0.375,cached=0.0375,output=2.25
                flex:input=0.375,cached=0.0375,output=2.25
                priority:input=1.50,cached=0.15,output=9
            gpt-5.4-nano                          0.20   0.02    1.25    272000   128000
                batch:input=0.10,cached=0.01,output=0.625
                flex:input=0.10,cached=0.01,output=0.625
            gpt-5.4-nano-2026-03-17               0.20   0.02    1.25    272000   128000
                batch:input=0.10,cached=0.01,output=0.625
                flex:input=0.10,cached=0.01,output=0.625
            gpt-5.4-pro                           30     -       180     1050000  128000
                above_272000:input=60,output=270
                batch:input=15,output=90 batch_above_272000:input=30,output=135
                flex:input=15,output=90 flex_above_272000:input=30,output=135
            gpt-5.4-pro-2026-03-05                30     -       180     1050000  128000
                above_272000:input=60,output=270
                batch:input=15,output=90 batch_above_272000:input=30,output=135
                flex:input=15,output=90 flex_above_272000:input=30,output=135
            gpt-5.5                               5      0.50    30      1050000  128000
                above_272000:input=10,cached=1,output=45
                batch:input=2.50,cached=0.25,output=15 batch_above_272000:input=5,cached=0.50,output=22.50
                flex:input=2.50,cached=0.25,output=15 flex_above_272000:input=5,cached=0.50,output=22.50
                priority:input=12.50,cached=1.25,output=75
            gpt-5.5-2026-04-23                    5      0.50    30      1050000  128000
                above_272000:input=10,cached=1,output=45
                batch:input=2.50,cached=0.25,output=15 batch_above_272000:input=5,cached=0.50,output=22.50
                flex:input=2.50,cached=0.25,output=15 flex_above_272000:input=5,cached=0.50,output=22.50
                priority:input=12.50,cached=1.25,output=75
            gpt-5.5-cyber                         12.50  1.25    75      -        -
            gpt-5.5-cyber-preview                 12.50  1.25    75      -        -
            gpt-5.5-pro                           30     -       180     1050000  128000
                above_272000:input=60,output=270
                batch:input=15,output=90 batch_above_272000:input=30,output=135
                flex:input=15,output=90
            gpt-5.5-pro-2026-04-23                30     -       180     1050000  128000
                above_272000:input=60,output=270
                batch:input=15,output=90 batch_above_272000:input=30,output=135
                flex:input=15,output=90
            gpt-5.6                               4      0.40    20      922000   128000
                cache_write=5 cache_write_1h=10
                above_272000:input=8,cached=0.80,output=30,cache_write=10,cache_write_1h=20
                batch:input=2,cached=0.20,output=10,cache_write=2.50,cache_write_1h=5
                batch_above_272000:input=4,cached=0.40,output=15,cache_write=5,cache_write_1h=10
                flex:input=2,cached=0.20,output=10,cache_write=2.50,cache_write_1h=5
                flex_above_272000:input=4,cached=0.40,output=15,cache_write=5,cache_write_1h=10
                priority:input=8,cached=0.80,output=40,cache_write=10,cache_write_1h=20
                priority_above_272000:input=16,cached=1.60,output=60,cache_write=20,cache_write_1h=40
            gpt-5.6-cyber                         12.50  1.25    75      400000   128000
                cache_write=15.625 cache_write_1h=31.25
                above_272000:input=25,cached=2.50,output=112.50,cache_write=31.25
            gpt-5.6-luna                          0.20   0.02    1.20    922000   128000
                cache_write=0.25 cache_write_1h=0.50
                above_272000:input=0.40,cached=0.04,output=1.80,cache_write=0.50,cache_write_1h=1
                batch:input=0.10,cached=0.01,output=0.60,cache_write=0.125,cache_write_1h=0.25
                batch_above_272000:input=0.20,cached=0.02,output=0.90,cache_write=0.25,cache_write_1h=0.50
                flex:input=0.10,cached=0.01,output=0.60,cache_write=0.125,cache_write_1h=0.25
                flex_above_272000:input=0.20,cached=0.02,output=0.90,cache_write=0.25,cache_write_1h=0.50
                priority:input=0.40,cached=0.04,output=2.40,cache_write=0.50,cache_write_1h=1
                priority_above_272000:input=0.80,cached=0.08,output=3.60,cache_write=1,cache_write_1h=2
            gpt-5.6-sol                           4      0.40    20      922000   128000
                cache_write=5 cache_write_1h=10
                above_272000:input=8,cached=0.80,output=30,cache_write=10,cache_write_1h=20
                batch:input=2,cached=0.20,output=10,cache_write=2.50,cache_write_1h=5
                batch_above_272000:input=4,cached=0.40,output=15,cache_write=5,cache_write_1h=10
                flex:input=2,cached=0.20,output=10,cache_write=2.50,cache_write_1h=5
                flex_above_272000:input=4,cached=0.40,output=15,cache_write=5,cache_write_1h=10
                priority:input=8,cached=0.80,output=40,cache_write=10,cache_write_1h=20
                priority_above_272000:input=16,cached=1.60,output=60,cache_write=20,cache_write_1h=40
            gpt-5.6-terra                         2      0.20    12      922000   128000
                cache_write=2.50 cache_write_1h=5
                above_272000:input=4,cached=0.40,output=18,cache_write=5,cache_write_1h=10
                batch:input=1,cached=0.10,output=6,cache_write=1.25,cache_write_1h=2.50
                batch_above_272000:input=2,cached=0.20,output=9,cache_write=2.50,cache_write_1h=5
                flex:input=1,cached=0.10,output=6,cache_write=1.25,cache_write_1h=2.50
                flex_above_272000:input=2,cached=0.20,output=9,cache_write=2.50,cache_write_1h=5
                priority:input=4,cached=0.40,output=24,cache_write=5,cache_write_1h=10
                priority_above_272000:input=8,cached=0.80,output=36,cache_write=10,cache_write_1h=20
            gpt-6-astra                           10     1       50      922000   128000
                cache_write=12.50 cache_write_1h=25
                above_272000:input=20,cached=2,output=75,cache_write=25,cache_write_1h=50
                batch:input=5,cached=0.50,output=25,cache_write=6.25,cache_write_1h=12.50
                batch_above_272000:input=10,cached=1,output=37.50,cache_write=12.50,cache_write_1h=25
                flex:input=5,cached=0.50,output=25,cache_write=6.25,cache_write_1h=12.50
                flex_above_272000:input=10,cached=1,output=37.50,cache_write=12.50,cache_write_1h=25
                priority:input=20,cached=2,output=100,cache_write=25,cache_write_1h=50
                priority_above_272000:input=40,cached=4,output=150,cache_write=50,cache_write_1h=100
                ultrafast:input=60,cached=6,output=300,cache_write=75,cache_write_1h=150
                ultrafast_above_272000:input=120,cached=12,output=450,cache_write=150,cache_write_1h=300
            gpt-6-astra-law                       10     1       50      922000   128000
            gpt-6-luna                            0.10   0.01    0.50    922000   128000
                cache_write=0.125 cache_write_1h=0.25
                above_272000:input=0.20,cached=0.02,output=0.75,cache_write=0.25,cache_write_1h=0.50
                batch:input=0.05,cached=0.005,output=0.25,cache_write=0.0625,cache_write_1h=0.125
                batch_above_272000:input=0.10,cached=0.01,output=0.375,cache_write=0.125,cache_write_1h=0.25
                flex:input=0.05,cached=0.005,output=0.25,cache_write=0.0625,cache_write_1h=0.125
                flex_above_272000:input=0.10,cached=0.01,output=0.375,cache_write=0.125,cache_write_1h=0.25
                priority:input=0.20,cached=0.02,output=1,cache_write=0.25,cache_write_1h=0.50
                priority_above_272000:input=0.40,cached=0.04,output=1.50,cache_write=0.50,cache_write_1h=1
            gpt-6-rosalind                        15     1.50    75      922000   128000
                cache_write=18.75 cache_write_1h=37.50
                above_272000:input=30,cached=3,output=112.50,cache_write=37.50,cache_write_1h=75
            gpt-6-sol                             2      0.20    10      922000   128000
                cache_write=2.50 cache_write_1h=5
                above_272000:input=4,cached=0.40,output=15,cache_write=5,cache_write_1h=10
                batch:input=1,cached=0.10,output=5,cache_write=1.25,cache_write_1h=2.50
                batch_above_272000:input=2,cached=0.20,output=7.50,cache_write=2.50,cache_write_1h=5
                flex:input=1,cached=0.10,output=5,cache_write=1.25,cache_write_1h=2.50
                flex_above_272000:input=2,cached=0.20,output=7.50,cache_write=2.50,cache_write_1h=5
                priority:input=4,cached=0.40,output=20,cache_write=5,cache_write_1h=10
                priority_above_272000:input=8,cached=0.80,output=30,cache_write=10,cache_write_1h=20
            gpt-6.1-sol                           2      0.10    10      922000   128000
                cache_write=2.50 cache_write_1h=5
                above_272000:input=4,cached=0.20,output=15,cache_write=5,cache_write_1h=10
                batch:input=1,cached=0.05,output=5,cache_write=1.25,cache_write_1h=2.50
                batch_above_272000:input=2,cached=0.10,output=7.50,cache_write=2.50,cache_write_1h=5
                flex:input=1,cached=0.05,output=5,cache_write=1.25,cache_write_1h=2.50
                flex_above_272000:input=2,cached=0.10,output=7.50,cache_write=2.50,cache_write_1h=5
                priority:input=4,cached=0.20,output=20,cache_write=5,cache_write_1h=10
                priority_above_272000:input=8,cached=0.40,output=30,cache_write=10,cache_write_1h=20
                ultrafast:input=12,cached=0.60,output=60,cache_write=15,cache_write_1h=30
                ultrafast_above_272000:input=24,cached=1.20,output=90,cache_write=30,cache_write_1h=60
            gpt-6.1-terra                         1      0.05    5       922000   128000
                cache_write=1.25 cache_write_1h=2.50
                above_272000:input=2,cached=0.10,output=7.50,cache_write=2.50,cache_write_1h=5
                batch:input=0.50,cached=0.025,output=2.50,cache_write=0.625,cache_write_1h=1.25
                batch_above_272000:input=1,cached=0.05,output=3.75,cache_write=1.25,cache_write_1h=2.50
                flex:input=0.50,cached=0.025,output=2.50,cache_write=0.625,cache_write_1h=1.25
                flex_above_272000:input=1,cached=0.05,output=3.75,cache_write=1.25,cache_write_1h=2.50
                priority:input=2,cached=0.10,output=10,cache_write=2.50,cache_write_1h=5
                priority_above_272000:input=4,cached=0.20,output=15,cache_write=5,cache_write_1h=10
            gpt-audio                             2.50   -       10      128000   16384
                audio_input=32 audio_output=64
            gpt-audio-1.5                         2.50   -       10      128000   16384
                audio_input=32 audio_output=64
            gpt-audio-2025-08-28                  2.50   -       10      128000   16384
                audio_input=32 audio_output=64
            gpt-audio-mini                        0.60   -       2.40    128000   16384
                audio_input=10 audio_output=20
            gpt-audio-mini-2025-10-06             0.60   -       2.40    128000   16384
                audio_input=10 audio_output=20
            gpt-audio-mini-2025-12-15             0.60   -       2.40    128000   16384
                audio_input=10 audio_output=20
            gpt-daybreak-blue-latest              4      0.40    20      922000   128000      cache_write=5
                above_272000:input=8,cached=0.80,output=30,cache_write=10
            gpt-daybreak-red-latest               12.50  1.25    75      400000   128000      cache_write=15.625
                above_272000:input=25,cached=2.50,output=112.50,cache_write=31.25
            gpt-rosalind-discovery                5      0.50    25      -        -
            gpt-rosalind-research                 5      0.50    25      -        -
            o1                                    15     7.50    60      200000   100000
                batch:input=7.50,output=30
            o1-2024-12-17                         15     7.50    60      200000   100000
                batch:input=7.50,output=30
            o1-pro                                150    -       600     200000   100000
                batch:input=75,output=300
            o1-pro-2025-03-19                     150    -       600     200000   100000
                batch:input=75,output=300
            o3                                    2      0.50    8       200000   100000
                batch:input=1,output=4
                flex:input=1,cached=0.25,output=4
                priority:input=3.50,cached=0.875,output=14
            o3-2025-04-16                         2      0.50    8       200000   100000
                batch:input=1,output=4
                flex:input=1,cached=0.25,output=4
                priority:input=3.50,cached=0.875,output=14
            o3-mini                               1.10   0.55    4.40    200000   100000
                batch:input=0.55,output=2.20
            o3-mini-2025-01-31                    1.10   0.55    4.40    200000   100000
                batch:input=0.55,output=2.20
            o3-pro                                20     -       80      200000   100000
                batch:input=10,output=40
            o3-pro-2025-06-10                     20     -       80      200000   100000
                batch:input=10,output=40
            o4-mini                               1.10   0.275   4.40    200000   100000
                batch:input=0.55,output=2.20
                flex:input=0.55,cached=0.138,output=2.20
                priority:input=2,cached=0.50,output=8
            o4-mini-2025-04-16                    1.10   0.275   4.40    200000   100000
                batch:input=0.55,output=2.20
                flex:input=0.55,cached=0.138,output=2.20
                priority:input=2,cached=0.50,output=8
            text-embedding-3-large                0.13   -       -       8191     -
                batch:input=0.065
            text-embedding-3-small                0.02   -       -       8191     -
                batch:input=0.01
            text-embedding-ada-002                0.10   -       -       8191     -
            text-embedding-ada-002-v2             0.10   -       -       8191     -
                batch:input=0.05
            babbage-002                           0.40   -       0.40    16384    4096
                batch:input=0.20,output=0.20
            davinci-002                           2      -       2       16384    4096
                batch:input=1,output=1
            gpt-3.5-turbo-instruct                1.50   -       2       8192     4096
            gpt-3.5-turbo-instruct-0914           1.50   -       2       8192     4097
            """,
        unroutedPrices: """
            # model                             input  cached  output  context  max_output
            ada                                 0.40   -       0.40    -        -
            codex-mini-latest                   1.50   0.375   6       200000   -
            curie                               2      -       2       -        -
            gpt-3.5-turbo-0301                  1.50   -       2       -        -
            gpt-3.5-turbo-0613                  1.50   -       2       16385    -
            gpt-3.5-turbo-instruct:20230824-v2  1.50   -       2       16385    -
            gpt-4-1106-vision-preview           10     -       30      128000   -
            gpt-4o-mini-transcribe              1.25   -       5       16000    2000
            gpt-4o-transcribe                   2.50   -       10      16000    2000
            gpt-4o-transcribe-diarize           2.50   -       10      16000    2000
            gpt-image-1                         5      1.25    -       -        -
                image_input=10 image_output=40
                batch:input=2.50,cached=0.63,image_input=5
            gpt-image-1-mini                    2      0.20    -       -        -
                image_input=2.50 image_output=8
                batch:input=1,cached=0.10,image_input=1.25
            gpt-image-1.5                       5      1.25    10      -        -
                image_input=8 image_output=32
                batch:input=2.50,cached=0.63,output=5,image_input=4
            o1-mini-2024-09-12                  1.10   0.55    4.40    128000   -
            """
    )
}
