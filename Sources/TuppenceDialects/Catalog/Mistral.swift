extension Provider {
    /// Source: https://mistral.ai/pricing (prices: LiteLLM, MIT licence, November 2026;
    /// models no longer offered: genai-prices, MIT licence, November 2026).
    ///
    /// A request with `stream_options` is refused (422, "extra inputs are not permitted"); the last chunk has the
    /// usage anyway. See https://github.com/avante-corp/avante.nvim/issues/2347 (read 2026-11-23).
    ///
    /// It goes on with a stream that has been left, and charges for it, as a reseller says of its providers: see "Stream
    /// Cancellation" in https://openrouter.ai/docs/api-reference/streaming (November 2026).
    public static let mistral = Provider(
        id: "mistral",
        baseURL: "https://api.mistral.ai/v1",
        keyVariable: "MISTRAL_API_KEY",
        acceptsStreamOptions: false,
        onDisconnect: .finishes,
        dialect: .mistral,
        prices: """
            # model                      input  cached  output  context  max_output
            codestral-2508               0.30   0.03    0.90    128000   128000
                batch:input=0.15,cached=0.015,output=0.45
            codestral-embed              0.15   0.015   -       8192     -
            codestral-embed-2505         0.15   0.015   -       8192     -
            codestral-latest             0.30   0.03    0.90    128000   128000
                batch:input=0.15,cached=0.015,output=0.45
            codestral-mamba-latest       0.25   0.025   0.25    256000   256000
            deepseek-v4-1-flash-1017     0.30   0.007   1.20    1048576  131072
            devstral-latest              0.40   0.04    2       256000   256000
            devstral-medium-latest       0.40   0.04    2       256000   256000
            devstral-small-latest        0.10   0.01    0.30    256000   256000
            glm-5-2                      1.40   0.14    4.40    1048576  131072
            magistral-medium-latest      1.50   0.15    7.50    262144   262144
            magistral-small-latest       0.15   0.015   0.60    262144   262144
            ministral-14b-2512           0.20   0.02    0.20    262144   262144
                batch:input=0.10,cached=0.01,output=0.10
            ministral-14b-latest         0.20   0.02    0.20    262144   262144
            ministral-3-14b-2512         0.20   0.02    0.20    262144   262144
            ministral-3-3b-2512          0.10   0.01    0.10    131072   131072
            ministral-3-8b-2512          0.15   0.015   0.15    262144   262144
            ministral-3b-2512            0.10   0.01    0.10    131072   131072
                batch:input=0.05,cached=0.005,output=0.05
            ministral-3b-latest          0.10   0.01    0.10    131072   131072
            ministral-8b-2512            0.15   0.015   0.15    262144   262144
                batch:input=0.075,cached=0.0075,output=0.075
            ministral-8b-latest          0.15   0.015   0.15    262144   262144
                batch:input=0.075,cached=0.0075,output=0.075
            mistral-code-agent-latest    0.40   0.04    2       256000   256000
            mistral-code-fim-latest      0.30   0.03    0.90    128000   128000
            mistral-code-latest          0.30   0.03    0.90    128000   128000
            mistral-embed                0.10   -       -       8192     -
                batch:input=0.05
            mistral-embed-2312           0.10   -       -       8192     -
                batch:input=0.05
            mistral-large-2512           0.50   0.05    1.50    262144   262144
                batch:input=0.25,cached=0.025,output=0.75
            mistral-large-3              0.50   0.05    1.50    262144   262144
            mistral-large-4              1.36   0.14    4.18    1048576  1048576
                batch:input=0.68,cached=0.07,output=2.09
            mistral-large-4-0            1.36   0.14    4.18    1048576  1048576
                batch:input=0.68,cached=0.07,output=2.09
            mistral-large-latest         0.50   0.05    1.50    262144   262144
            mistral-medium               1.50   0.15    7.50    262144   262144
            mistral-medium-2604          1.50   0.15    7.50    262144   262144
                batch:input=0.75,cached=0.075,output=3.75
            mistral-medium-3             1.50   0.15    7.50    262144   262144
                batch:input=0.75,cached=0.075,output=3.75
            mistral-medium-3-5           1.50   0.15    7.50    262144   262144
                batch:input=0.75,cached=0.075,output=3.75
            mistral-medium-3.5           1.50   0.15    7.50    262144   262144
                batch:input=0.75,cached=0.075,output=3.75
            mistral-medium-latest        1.50   0.15    7.50    262144   262144
                batch:input=0.75,cached=0.075,output=3.75
            mistral-small-2603           0.15   0.015   0.60    262144   262144
                batch:input=0.075,cached=0.0075,output=0.30
            mistral-small-latest         0.15   0.015   0.60    262144   262144
                batch:input=0.075,cached=0.0075,output=0.30
            mistral-vibe-cli-fast        0.15   0.015   0.60    262144   262144
            mistral-vibe-cli-latest      1.50   0.15    7.50    262144   262144
            mistral-vibe-cli-with-tools  1.50   0.15    7.50    262144   262144
            open-mistral-nemo            0.30   0.03    0.30    128000   128000
            pixtral-large-latest         2      0.20    6       128000   128000
            voxtral-small-2507           0.10   0.01    0.40    32768    32768
                batch:input=0.05,cached=0.005,output=0.20
            voxtral-small-latest         0.10   0.01    0.40    32768    32768
                batch:input=0.05,cached=0.005,output=0.20
            zai-glm-5                    1.40   0.14    4.40    1048576  131072
            zai-glm-5-2                  1.40   0.14    4.40    1048576  131072
            zai-glm-5-3                  1.40   0.14    4.40    1048576  131072
            zai-glm-5-3-flash            0.15   0.03    0.50    1048576  131072
            zai-glm-latest               1.40   0.14    4.40    1048576  131072
            """,
        unroutedPrices: """
            # model             input  cached  output  context  max_output
            mistral-tiny        0.25   0.025   0.25    32000    8191
            pixtral-12b-latest  0.15   -       0.15    -        -
            """
    )
}
