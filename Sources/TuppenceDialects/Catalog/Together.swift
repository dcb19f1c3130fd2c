extension Provider {
    /// Source: https://api.together.ai/v1/models (prices: LiteLLM, MIT licence, November 2026).
    ///
    /// Base URL: https://docs.together.ai/docs/inference/openai-compatibility (read 2026-11-23).
    public static let together = Provider(
        id: "together",
        baseURL: "https://api.together.ai/v1",
        keyVariable: "TOGETHER_API_KEY",
        prices: """
            # model                                       input  cached  output  context  max_output
            BAAI/bge-base-en-v1.5                         0.008  -       -       512      -
            MiniMaxAI/MiniMax-M2.7                        0.30   0.06    1.20    196608   -
            MiniMaxAI/MiniMax-M3                          0.30   0.06    1.20    524288   524288
            MiniMaxAI/MiniMax-M3.1-Flash                  0.15   0.015   0.60    1048576  1048576
            NousResearch/Nous-Hermes-2-Mixtral-8x7B-DPO   0.60   -       0.60    32768    32768
            Qwen/QwQ-32B                                  1.20   -       1.20    131072   131072
            Qwen/Qwen2-1.5B-Instruct                      0.02   -       0.02    32768    32768
            Qwen/Qwen2-72B-Instruct                       0.90   -       0.90    32768    32768
            Qwen/Qwen2-VL-72B-Instruct                    1.20   -       1.20    32768    32768
            Qwen/Qwen2.5-14B-Instruct                     0.80   -       0.80    32768    32768
            Qwen/Qwen2.5-72B-Instruct                     1.20   -       1.20    32768    32768
            Qwen/Qwen2.5-72B-Instruct-Turbo               1.20   -       1.20    131072   131072
            Qwen/Qwen2.5-7B-Instruct-Turbo                0.30   -       0.30    32768    -
            Qwen/Qwen2.5-Coder-32B-Instruct               0.80   -       0.80    16384    16384
            Qwen/Qwen2.5-VL-72B-Instruct                  1.95   -       8       32768    32768
            Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8       2      -       2       262144   262144
            Qwen/Qwen3-Coder-Next-FP8                     0.50   -       1.20    262144   262144
            Qwen/Qwen3-Next-80B-A3B-Instruct              0.15   -       1.50    262144   262144
            Qwen/Qwen3-Next-80B-A3B-Thinking              0.15   -       1.50    262144   262144
            Qwen/Qwen3-VL-32B-Instruct                    0.50   -       1.50    262144   262144
            Qwen/Qwen3-VL-8B-Instruct                     0.18   -       0.68    262144   262144
            Qwen/Qwen3.5-397B-A17B                        0.60   0.35    3.60    262144   262144
            Qwen/Qwen3.5-9B                               0.17   -       0.25    262144   262144
            Qwen/Qwen3.6-Plus                             0.50   -       3       1000000  1000000
            Qwen/Qwen3.7-Max                              1.50   0.30    4.50    1000000  1000000
            Qwen/Qwen3.7-Plus                             0.32   -       1.28    1000000  1000000
            Qwen/Qwen3.8-2.4T-A95B                        2      0.25    6       1010000  1010000
            Qwen/Qwen3.8-Flash                            0.15   -       0.47    1000000  1000000
            arcee-ai/trinity-mini                         0.045  -       0.15    128000   128000
            arize-ai/qwen-2-1.5b-instruct                 0.10   -       0.10    32768    32768
            deepseek-ai/DeepSeek-R1-0528                  3      -       7       163840   -
            deepseek-ai/DeepSeek-R1-Distill-Llama-70B     2      -       2       131072   131072
            deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B     0.18   -       0.18    131072   131072
            deepseek-ai/DeepSeek-R1-Distill-Qwen-14B      1.60   -       1.60    131072   131072
            deepseek-ai/DeepSeek-V3                       1.25   -       1.25    65536    8192
            deepseek-ai/DeepSeek-V3.1                     0.60   -       1.70    131072   131072
            deepseek-ai/DeepSeek-V4-Flash-0731            0.14   0.03    0.28    1048576  1048576
            deepseek-ai/DeepSeek-V4-Pro-0813              1.32   0.13    3.96    1048576  1048576
            deepseek-ai/DeepSeek-V4.1-Flash               0.30   0.006   1.20    1048576  1048576
            deepseek-ai/DeepSeek-V4.1-Flash-1017          0.30   0.006   1.20    1048576  1048576
            deepseek-ai/deepseek-coder-33b-instruct       0.80   -       0.80    16384    16384
            google/gemma-2-27b-it                         0.80   -       0.80    8192     8192
            google/gemma-4-31B-it                         0.39   -       0.97    262144   262144
            meta-llama/Llama-3-8b-chat-hf                 0.20   -       0.20    8192     8192
            meta-llama/Llama-3.1-405B-Instruct            3.50   -       3.50    -        -
            meta-llama/Llama-3.2-1B-Instruct              0.06   -       0.06    131072   131072
            meta-llama/Llama-3.2-3B-Instruct              0.06   -       0.06    131072   131072
            meta-llama/Llama-3.3-70B-Instruct-Turbo       1.04   -       1.04    131072   131072
            meta-llama/Llama-4-Scout-17B-16E-Instruct     0.18   -       0.59    1048576  1048576
            meta-llama/Meta-Llama-3-70B-Instruct-Turbo    0.88   -       0.88    8192     8192
            meta-llama/Meta-Llama-3-8B-Instruct           0.20   -       0.20    8192     8192
            meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo  0.88   -       0.88    131072   131072
            meta-llama/Meta-Llama-3.1-8B                  0.20   -       0.20    16384    16384
            meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo   0.18   -       0.18    131072   131072
            meta-models/Muse-Glimmer-30B                  0.35   0.04    1.50    131072   131072
            meta-models/Muse-Spark-Open-816B-A42B         1.25   0.15    4.25    1048576  1048576
            mistralai/Ministral-3-14B-Instruct-2512       0.20   -       0.20    262144   -
            mistralai/Mistral-7B-Instruct-v0.1            0.20   -       0.20    32768    32768
            mistralai/Mistral-7B-Instruct-v0.3            0.20   -       0.20    32768    -
            mistralai/Mistral-Small-24B-Instruct-2501     0.10   -       0.30    32768    32768
            mistralai/Mixtral-8x7B-Instruct-v0.1          0.60   -       0.60    32768    32768
            moonshotai/Kimi-K2-Instruct                   1      -       3       -        -
            moonshotai/Kimi-K2.5-fp4                      0.50   -       2.80    262144   -
            moonshotai/Kimi-K2.6                          1.20   0.20    4.50    262144   262144
            moonshotai/Kimi-K2.7-Code                     0.95   0.19    4       262144   262144
            moonshotai/Kimi-K3                            3      0.30    15      1048576  1048576
            nvidia/Llama-3.1-Nemotron-70B-Instruct-HF     0.88   -       0.88    32768    32768
            nvidia/NVIDIA-Nemotron-3.5-Super-VL           0.15   0.02    0.50    262144   262144
            nvidia/NVIDIA-Nemotron-Nano-9B-v2             0.06   -       0.25    131072   -
            nvidia/nemotron-3-ultra-550b-a55b             0.60   0.20    3.60    512288   512288
            openai/gpt-oss-120b                           0.15   -       0.60    131072   131072
            openai/gpt-oss-20b                            0.05   -       0.20    131072   131072
            reflection/Beam-1.0-501B-A23B                 0.40   0.04    1.20    1048576  1048576
            thinkingmachines/Inkling                      1      0.17    4.05    524288   524288
            zai-org/GLM-4.5-Air-FP8                       0.20   -       1.10    131072   131072
            zai-org/GLM-4.6                               0.60   -       2.20    202752   202752
            zai-org/GLM-4.7                               0.45   -       2       202752   202752
            zai-org/GLM-5                                 1      -       3.20    202752   202752
            zai-org/GLM-5.1                               1.40   0.26    4.40    202752   202752
            zai-org/GLM-5.2                               1.40   0.26    4.40    1048575  128000
            zai-org/GLM-5.3                               1.40   0.26    4.40    1048575  128000
            zai-org/GLM-5.3-Flash                         0.15   0.03    0.50    1048575  128000
            """
    )
}
