extension Provider {
    /// Source: https://docs.ollama.com/api/openai-compatibility (November 2026).
    ///
    /// Runs on one's own machine, at no charge: what nobody waits for any more is stopped, which frees the machine.
    public static let ollama = Provider(
        id: "ollama",
        baseURL: "http://127.0.0.1:11434/v1",
        onDisconnect: .stops,
        prices: """
            # model  input  cached  output  context  max_output
            *        0      -       0       -        -
            """
    )
}
