extension Provider {
    /// Source: https://github.com/ggml-org/llama.cpp/tree/master/tools/server (November 2026).
    ///
    /// Runs on one's own machine, at no charge: what nobody waits for any more is stopped, which frees the machine.
    public static let llamaCpp = Provider(
        id: "llamacpp",
        baseURL: "http://127.0.0.1:8080/v1",
        onDisconnect: .stops,
        prices: """
            # model  input  cached  output  context  max_output
            *        0      -       0       -        -
            """
    )
}
