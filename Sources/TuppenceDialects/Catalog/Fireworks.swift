extension Provider {
    /// Source: https://docs.fireworks.ai/serverless/pricing (prices: LiteLLM, MIT licence, November 2026).
    ///
    /// Serverless models only: what one deploys there is billed by the second of GPU time, not by the token.
    public static let fireworks = Provider(
        id: "fireworks",
        baseURL: "https://api.fireworks.ai/inference/v1",
        keyVariable: "FIREWORKS_API_KEY",
        prices: """
            # model                                                   input  cached  output  context  max_output
            accounts/fireworks/models/deepseek-coder-v2-instruct      1.20   -       1.20    65536    65536
            accounts/fireworks/models/deepseek-r1                     3      -       8       163840   20480
            accounts/fireworks/models/deepseek-r1-0528                3      -       8       163840   160000
            accounts/fireworks/models/deepseek-r1-basic               0.55   -       2.19    163840   20480
            accounts/fireworks/models/deepseek-v3                     0.90   -       0.90    131072   8192
            accounts/fireworks/models/deepseek-v3-0324                0.90   -       0.90    163840   163840
            accounts/fireworks/models/deepseek-v3p1                   0.56   -       1.68    128000   8192
            accounts/fireworks/models/deepseek-v3p1-terminus          0.56   -       1.68    128000   8192
            accounts/fireworks/models/deepseek-v3p2                   0.56   -       1.68    163840   163840
            accounts/fireworks/models/deepseek-v4-flash               0.14   0.028   0.28    1048576  384000
            accounts/fireworks/models/deepseek-v4-flash-0731          0.22   0.007   0.66    1048576  131072
            accounts/fireworks/models/deepseek-v4-flash-vision-exp    0.22   0.007   0.66    1048576  1048576
            accounts/fireworks/models/deepseek-v4-pro-0813            1.32   0.044   3.96    1048576  131072
            accounts/fireworks/models/deepseek-v4p1-flash             0.30   0.006   1.20    1048576  393216
            accounts/fireworks/models/deepseek-v4p1-flash-1017        0.30   0.006   1.20    1048576  393216
            accounts/fireworks/models/deepseek-v4p1-flash-1017-us     0.45   0.009   1.80    1048576  393216
            accounts/fireworks/models/ember-1                         3      0.30    15      1048576  -
            accounts/fireworks/models/firefunction-v2                 0.90   -       0.90    8192     8192
            accounts/fireworks/models/glm-4p5                         0.55   -       2.19    131072   96000
            accounts/fireworks/models/glm-4p5-air                     0.22   -       0.88    131072   96000
            accounts/fireworks/models/glm-4p6                         0.55   -       2.19    202752   202800
            accounts/fireworks/models/glm-4p7                         0.60   0.30    2.20    202752   202800
            accounts/fireworks/models/glm-5p1                         1.40   0.26    4.40    202752   131072
            accounts/fireworks/models/glm-5p2                         1.40   0.14    4.40    1048576  131072
            accounts/fireworks/models/glm-5p3                         1.40   0.26    4.40    1048576  128000
            accounts/fireworks/models/glm-5p3-flash                   0.15   0.03    0.50    1048576  1048576
            accounts/fireworks/models/gpt-oss-120b                    0.15   0.015   0.60    131072   32768
            accounts/fireworks/models/gpt-oss-20b                     0.07   0.035   0.30    131072   32768
            accounts/fireworks/models/inkling                         1      0.17    4.05    1048576  1048576
            accounts/fireworks/models/kimi-k2-instruct                0.60   -       2.50    131072   16384
            accounts/fireworks/models/kimi-k2-instruct-0905           0.60   -       2.50    262144   32768
            accounts/fireworks/models/kimi-k2-thinking                0.60   -       2.50    262144   262144
            accounts/fireworks/models/kimi-k2p5                       0.60   0.10    3       262144   32768
            accounts/fireworks/models/kimi-k2p6                       0.95   0.16    4       262144   32768
            accounts/fireworks/models/kimi-k2p7-code                  0.95   0.19    4       262144   32768
            accounts/fireworks/models/kimi-k3                         3      0.30    15      1048576  131072
            accounts/fireworks/models/llama-v3p1-405b-instruct        3      -       3       131072   16384
            accounts/fireworks/models/llama-v3p1-8b-instruct          0.10   -       0.10    131072   16384
            accounts/fireworks/models/llama-v3p2-11b-vision-instruct  0.20   -       0.20    131072   16384
            accounts/fireworks/models/llama-v3p2-1b-instruct          0.10   -       0.10    131072   16384
            accounts/fireworks/models/llama-v3p2-3b-instruct          0.10   -       0.10    131072   16384
            accounts/fireworks/models/llama-v3p2-90b-vision-instruct  0.90   -       0.90    131072   16384
            accounts/fireworks/models/llama4-maverick-instruct-basic  0.22   -       0.88    131072   131072
            accounts/fireworks/models/llama4-scout-instruct-basic     0.15   -       0.60    131072   131072
            accounts/fireworks/models/minimax-m2p1                    0.30   0.03    1.20    196608   204800
            accounts/fireworks/models/minimax-m3                      0.30   0.06    1.20    512000   512000
            accounts/fireworks/models/minimax-m3p1-flash              0.15   0.015   0.60    1048576  1048576
            accounts/fireworks/models/mixtral-8x22b-instruct-hf       1.20   -       1.20    65536    65536
            accounts/fireworks/models/muse-glimmer-30b                0.35   0.04    1.50    131072   16384
            accounts/fireworks/models/muse-spark-open                 1.25   0.15    4.25    1048576  -
            accounts/fireworks/models/nemotron-3-ultra-nvfp4          0.60   0.12    2.40    262144   32768
            accounts/fireworks/models/nemotron-lightning-3p5-30b-a3b  0.05   0.01    0.20    262144   32768
            accounts/fireworks/models/qwen2-72b-instruct              0.90   -       0.90    32768    32768
            accounts/fireworks/models/qwen2p5-coder-32b-instruct      0.90   -       0.90    -        -
            accounts/fireworks/models/qwen3-embedding-8b              0.10   -       -       40960    -
            accounts/fireworks/models/qwen3p7-plus                    0.40   0.08    1.60    262144   65536
            accounts/fireworks/models/qwen3p8-max                     2      0.25    6       262144   -
            accounts/fireworks/models/ultramarine-1-flash-us          0.225  0.045   0.75    1048576  1048576
            accounts/fireworks/models/yi-large                        3      -       3       32768    32768
            accounts/fireworks/routers/deepseek-v4p1-flash-1017-spot  0.21   0.0042  0.84    1048576  393216
            accounts/fireworks/routers/deepseek-v4p1-flash-spot       0.21   0.0042  0.84    1048576  393216
            accounts/fireworks/routers/deepseek-v4p1-flash-us         0.45   0.009   1.80    1048576  393216
            accounts/fireworks/routers/glm-5p1-fast                   2.80   0.52    8.80    202800   131072
            accounts/fireworks/routers/glm-5p2-fast                   2.10   0.21    6.60    1048576  131072
            accounts/fireworks/routers/glm-5p2-fast-us                2.10   0.21    6.60    1048576  131072
            accounts/fireworks/routers/glm-5p3-fast                   2.10   0.39    6.60    1048576  1048576
            accounts/fireworks/routers/glm-5p3-flash-us               0.225  0.045   0.75    1048576  1048576
            accounts/fireworks/routers/glm-5p3-spot                   0.98   0.182   3.08    1048576  128000
            accounts/fireworks/routers/glm-5p3-us                     2.10   0.39    6.60    1048576  128000
            accounts/fireworks/routers/kimi-k2p6-fast                 2      0.30    8       262144   32768
            accounts/fireworks/routers/kimi-k2p7-code-fast            1.90   0.38    8       262144   32768
            accounts/fireworks/routers/kimi-k3-fast                   4.50   0.45    22.50   1048576  131072
            accounts/fireworks/routers/kimi-k3-spot                   2.10   0.21    10.50   1048576  131072
            accounts/fireworks/routers/kimi-k3-us                     4.50   0.45    22.50   1048576  131072
            accounts/fireworks/routers/spot-deepseek-v4-flash         0.105  0.021   0.21    1048576  384000
            """
    )
}
