extension Provider {
    /// Source: https://docs.x.ai/developers/pricing (prices: LiteLLM, MIT licence, November 2026;
    /// models no longer offered: genai-prices, MIT licence, November 2026).
    ///
    /// A search is charged as its answers' own bills (`cost_in_usd_ticks`) charge one.
    public static let xAI = Provider(
        id: "xai",
        baseURL: "https://api.x.ai/v1",
        keyVariable: "XAI_API_KEY",
        prices: """
            # model                                           input  cached  output  context  max_output
            grok-4.20                                         1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
                batch:input=1,cached=0.16,output=2 batch_above_200000:input=2,cached=0.32,output=4
            grok-4.20-0309                                    1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
                batch:input=1,cached=0.16,output=2 batch_above_200000:input=2,cached=0.32,output=4
            grok-4.20-0309-non-reasoning                      1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
                batch:input=1,cached=0.16,output=2 batch_above_200000:input=2,cached=0.32,output=4
            grok-4.20-0309-reasoning                          1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
                batch:input=1,cached=0.16,output=2 batch_above_200000:input=2,cached=0.32,output=4
            grok-4.20-beta                                    1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-beta-0309                               1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-beta-0309-non-reasoning                 1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-beta-0309-reasoning                     1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-beta-latest                             1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-beta-latest-non-reasoning               1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-beta-latest-reasoning                   1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-beta-non-reasoning                      1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-beta-reasoning                          1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-experimental-beta-0304                  1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-experimental-beta-0304-non-reasoning    1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-experimental-beta-0304-reasoning        1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-experimental-beta-latest                1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-experimental-beta-non-reasoning-latest  1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-experimental-beta-reasoning-latest      1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-multi-agent                             1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
                batch:input=1,cached=0.16,output=2 batch_above_200000:input=2,cached=0.32,output=4
            grok-4.20-multi-agent-0309                        1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
                batch:input=1,cached=0.16,output=2 batch_above_200000:input=2,cached=0.32,output=4
            grok-4.20-multi-agent-beta-0309                   1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-multi-agent-beta-latest                 1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-multi-agent-experimental-beta-0304      1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-multi-agent-experimental-beta-latest    1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-multi-agent-latest                      1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
                batch:input=1,cached=0.16,output=2 batch_above_200000:input=2,cached=0.32,output=4
            grok-4.20-non-reasoning                           1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
                batch:input=1,cached=0.16,output=2 batch_above_200000:input=2,cached=0.32,output=4
            grok-4.20-non-reasoning-gv2                       1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-non-reasoning-latest                    1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
                batch:input=1,cached=0.16,output=2 batch_above_200000:input=2,cached=0.32,output=4
            grok-4.20-reasoning                               1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
                batch:input=1,cached=0.16,output=2 batch_above_200000:input=2,cached=0.32,output=4
            grok-4.20-reasoning-gv2                           1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
            grok-4.20-reasoning-latest                        1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
                batch:input=1,cached=0.16,output=2 batch_above_200000:input=2,cached=0.32,output=4
            grok-4.3                                          1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
                batch:input=1,cached=0.16,output=2 batch_above_200000:input=2,cached=0.32,output=4
            grok-4.3-latest                                   1.25   0.20    2.50    1000000  1000000
                search=0.005
                above_200000:input=2.50,cached=0.40,output=5
                batch:input=1,cached=0.16,output=2 batch_above_200000:input=2,cached=0.32,output=4
            grok-4.5                                          2      0.30    6       500000   500000
                search=0.005
                above_200000:input=4,cached=0.60,output=12
            grok-4.5-latest                                   2      0.30    6       500000   500000
                search=0.005
                above_200000:input=4,cached=0.60,output=12
            grok-4.6                                          2      0.50    6       500000   500000
                search=0.005
                above_200000:input=4,cached=1,output=12
            grok-4.7                                          2      0.50    6       500000   500000
                search=0.005
                above_200000:input=4,cached=1,output=12
                batch:input=1.60,cached=0.40,output=4.80 batch_above_200000:input=3.20,cached=0.80,output=9.60
            grok-build-0.1                                    1      0.20    2       256000   256000
                search=0.005
                above_200000:input=2,cached=0.40,output=4
            grok-build-latest                                 2      0.30    6       500000   500000
                search=0.005
                above_200000:input=4,cached=0.60,output=12
            grok-code-fast                                    1      0.20    2       256000   256000
                search=0.005
                above_200000:input=2,cached=0.40,output=4
            grok-code-fast-1                                  1      0.20    2       256000   256000
                search=0.005
                above_200000:input=2,cached=0.40,output=4
            grok-code-fast-1-0825                             1      0.20    2       256000   256000
                search=0.005
                above_200000:input=2,cached=0.40,output=4
            """,
        unroutedPrices: """
            # model                    input  cached  output  context  max_output
            grok-3                     3      0.75    15      131072   -
                search=0.005
            grok-3-mini                0.30   0.075   0.50    131072   -
                search=0.005
            grok-4-0709                3      0.75    15      256000   -
                search=0.005
            grok-4-fast-non-reasoning  0.20   0.05    0.50    2000000  -
                search=0.005
            grok-4-fast-reasoning      0.20   0.05    0.50    2000000  -
                search=0.005
            """
    )
}
