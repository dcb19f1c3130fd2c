extension Provider {
    /// Source: https://developers.openai.com/api/docs/pricing (prices: LiteLLM, MIT licence, November 2026).
    ///
    /// Models that search the web with every request are left out: they charge for each search, which no rate here
    /// covers. Fine-tuned models (`ft:…`) are named after their owner; give them a price in the configuration.
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
            gpt-3.5-turbo-1106                    1      -       2       16385    4096
            gpt-3.5-turbo-16k                     3      -       4       16385    4096
            gpt-4                                 30     -       60      8192     4096
            gpt-4-0613                            30     -       60      8192     4096
            gpt-4-1106-preview                    10     -       30      128000   4096
            gpt-4-turbo                           10     -       30      128000   4096
            gpt-4-turbo-2024-04-09                10     -       30      128000   4096
            gpt-4.1                               2      0.50    8       1047576  32768
            gpt-4.1-2025-04-14                    2      0.50    8       1047576  32768
            gpt-4.1-mini                          0.40   0.10    1.60    1047576  32768
            gpt-4.1-mini-2025-04-14               0.40   0.10    1.60    1047576  32768
            gpt-4.1-nano                          0.10   0.025   0.40    1047576  32768
            gpt-4.1-nano-2025-04-14               0.10   0.025   0.40    1047576  32768
            gpt-4o                                2.50   1.25    10      128000   16384
            gpt-4o-2024-05-13                     5      -       15      128000   4096
            gpt-4o-2024-08-06                     2.50   1.25    10      128000   16384
            gpt-4o-2024-11-20                     2.50   1.25    10      128000   16384
            gpt-4o-audio-preview-2024-12-17       2.50   -       10      128000   16384
                audio_input=40 audio_output=80
            gpt-4o-audio-preview-2025-06-03       2.50   -       10      128000   16384
                audio_input=40 audio_output=80
            gpt-4o-mini                           0.15   0.075   0.60    128000   16384
            gpt-4o-mini-2024-07-18                0.15   0.075   0.60    128000   16384
            gpt-4o-mini-audio-preview-2024-12-17  0.15   -       0.60    128000   16384
                audio_input=10 audio_output=20
            gpt-5                                 1.25   0.125   10      272000   128000
            gpt-5-2025-08-07                      1.25   0.125   10      272000   128000
            gpt-5-chat                            1.25   0.125   10      128000   16384
            gpt-5-chat-latest                     1.25   0.125   10      128000   16384
            gpt-5-codex                           1.25   0.125   10      272000   128000
            gpt-5-mini                            0.25   0.025   2       272000   128000
            gpt-5-mini-2025-08-07                 0.25   0.025   2       272000   128000
            gpt-5-nano                            0.05   0.005   0.40    272000   128000
            gpt-5-nano-2025-08-07                 0.05   0.005   0.40    272000   128000
            gpt-5-pro                             15     -       120     400000   272000
            gpt-5-pro-2025-10-06                  15     -       120     400000   272000
            gpt-5.1                               1.25   0.125   10      272000   128000
            gpt-5.1-2025-11-13                    1.25   0.125   10      272000   128000
            gpt-5.1-chat-latest                   1.25   0.125   10      128000   16384
            gpt-5.1-codex                         1.25   0.125   10      400000   128000
            gpt-5.1-codex-max                     1.25   0.125   10      400000   128000
            gpt-5.1-codex-mini                    0.25   0.025   2       400000   128000
            gpt-5.2                               1.75   0.175   14      272000   128000
            gpt-5.2-2025-12-11                    1.75   0.175   14      272000   128000
            gpt-5.2-chat-latest                   1.75   0.175   14      128000   16384
            gpt-5.2-codex                         1.75   0.175   14      272000   128000
            gpt-5.2-pro                           21     -       168     272000   128000
            gpt-5.2-pro-2025-12-11                21     -       168     272000   128000
            gpt-5.3-chat-latest                   1.75   0.175   14      128000   16384
            gpt-5.3-codex                         1.75   0.175   14      272000   128000
            gpt-5.4                               2.50   0.25    15      1050000  128000
                above_272000:input=5,cached=0.50,output=22.50
            gpt-5.4-2026-03-05                    2.50   0.25    15      1050000  128000
                above_272000:input=5,cached=0.50,output=22.50
            gpt-5.4-mini                          0.75   0.075   4.50    272000   128000
            gpt-5.4-mini-2026-03-17               0.75   0.075   4.50    272000   128000
            gpt-5.4-nano                          0.20   0.02    1.25    272000   128000
            gpt-5.4-nano-2026-03-17               0.20   0.02    1.25    272000   128000
            gpt-5.4-pro                           30     -       180     1050000  128000
                above_272000:input=60,output=270
            gpt-5.4-pro-2026-03-05                30     -       180     1050000  128000
                above_272000:input=60,output=270
            gpt-5.5                               5      0.50    30      1050000  128000
                above_272000:input=10,cached=1,output=45
            gpt-5.5-2026-04-23                    5      0.50    30      1050000  128000
                above_272000:input=10,cached=1,output=45
            gpt-5.5-cyber                         12.50  1.25    75      -        -
            gpt-5.5-cyber-preview                 12.50  1.25    75      -        -
            gpt-5.5-pro                           30     -       180     1050000  128000
                above_272000:input=60,output=270
            gpt-5.5-pro-2026-04-23                30     -       180     1050000  128000
                above_272000:input=60,output=270
            gpt-5.6                               4      0.40    20      922000   128000
                cache_write=5 cache_write_1h=10
                above_272000:input=8,cached=0.80,output=30,cache_write=10,cache_write_1h=20
            gpt-5.6-cyber                         12.50  1.25    75      400000   128000
                cache_write=15.625 cache_write_1h=31.25
                above_272000:input=25,cached=2.50,output=112.50,cache_write=31.25
            gpt-5.6-luna                          0.20   0.02    1.20    922000   128000
                cache_write=0.25 cache_write_1h=0.50
                above_272000:input=0.40,cached=0.04,output=1.80,cache_write=0.50,cache_write_1h=1
            gpt-5.6-sol                           4      0.40    20      922000   128000
                cache_write=5 cache_write_1h=10
                above_272000:input=8,cached=0.80,output=30,cache_write=10,cache_write_1h=20
            gpt-5.6-terra                         2      0.20    12      922000   128000
                cache_write=2.50 cache_write_1h=5
                above_272000:input=4,cached=0.40,output=18,cache_write=5,cache_write_1h=10
            gpt-6-astra                           10     1       50      922000   128000
                cache_write=12.50 cache_write_1h=25
                above_272000:input=20,cached=2,output=75,cache_write=25,cache_write_1h=50
            gpt-6-astra-law                       10     1       50      922000   128000
            gpt-6-luna                            0.10   0.01    0.50    922000   128000
                cache_write=0.125 cache_write_1h=0.25
                above_272000:input=0.20,cached=0.02,output=0.75,cache_write=0.25,cache_write_1h=0.50
            gpt-6-rosalind                        15     1.50    75      922000   128000
                cache_write=18.75 cache_write_1h=37.50
                above_272000:input=30,cached=3,output=112.50,cache_write=37.50,cache_write_1h=75
            gpt-6-sol                             2      0.20    10      922000   128000
                cache_write=2.50 cache_write_1h=5
                above_272000:input=4,cached=0.40,output=15,cache_write=5,cache_write_1h=10
            gpt-6.1-sol                           2      0.10    10      922000   128000
                cache_write=2.50 cache_write_1h=5
                above_272000:input=4,cached=0.20,output=15,cache_write=5,cache_write_1h=10
            gpt-6.1-terra                         1      0.05    5       922000   128000
                cache_write=1.25 cache_write_1h=2.50
                above_272000:input=2,cached=0.10,output=7.50,cache_write=2.50,cache_write_1h=5
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
            o1-2024-12-17                         15     7.50    60      200000   100000
            o1-pro                                150    -       600     200000   100000
            o1-pro-2025-03-19                     150    -       600     200000   100000
            o3                                    2      0.50    8       200000   100000
            o3-2025-04-16                         2      0.50    8       200000   100000
            o3-mini                               1.10   0.55    4.40    200000   100000
            o3-mini-2025-01-31                    1.10   0.55    4.40    200000   100000
            o3-pro                                20     -       80      200000   100000
            o3-pro-2025-06-10                     20     -       80      200000   100000
            o4-mini                               1.10   0.275   4.40    200000   100000
            o4-mini-2025-04-16                    1.10   0.275   4.40    200000   100000
            text-embedding-3-large                0.13   -       -       8191     -
            text-embedding-3-small                0.02   -       -       8191     -
            text-embedding-ada-002                0.10   -       -       8191     -
            text-embedding-ada-002-v2             0.10   -       -       8191     -
            babbage-002                           0.40   -       0.40    16384    4096
            davinci-002                           2      -       2       16384    4096
            gpt-3.5-turbo-instruct                1.50   -       2       8192     4096
            gpt-3.5-turbo-instruct-0914           1.50   -       2       8192     4097
            """
    )
}
