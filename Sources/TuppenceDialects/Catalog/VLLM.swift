extension Provider {
    /// Source: https://docs.vllm.ai/en/v0.8.1/serving/openai_compatible_server.html (November 2026).
    ///
    /// Runs on one's own machine, at no charge: what nobody waits for any more is stopped, which frees the machine.
    public static let vLLM = Provider(
        id: "vllm",
        baseURL: "http://127.0.0.1:8000/v1",
        onDisconnect: .stops,
        prices: """
            # model  input  cached  output  context  max_output
            *        0      -       0       -        -
            """
    )
}
