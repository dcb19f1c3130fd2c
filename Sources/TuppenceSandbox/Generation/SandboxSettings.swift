/// What a chat request and a completion request can both say about their output.
struct SandboxSettings: Hashable, Sendable {
    /// Completion tokens a choice may have; nil when the request sets no limit.
    let limit: Int?
    let choices: Int
    let stops: [String]
    let streams: Bool
    let includesUsage: Bool

    init(_ request: SandboxJSON) throws(SandboxRefusal) {
        let limits = [
            try request.positiveInteger("max_tokens"), try request.positiveInteger("max_completion_tokens"),
        ]
        limit = limits.compactMap { $0 }.min()
        choices = try request.positiveInteger("n", atMost: 128) ?? 1
        stops = try request.strings("stop").filter { !$0.isEmpty }
        streams = try request.flag("stream")
        let options = request["stream_options"]
        guard streams || options == nil else {
            throw .invalid(
                "The 'stream_options' parameter is only allowed when 'stream' is enabled.", param: "stream_options")
        }
        includesUsage = try options?.flag("include_usage") ?? false
    }

    /// Most tokens that all choices of one request may have together: each is a stream event kept in memory.
    private static let mostTokens = 200_000

    /// The length to write each choice in, of `count` in all; nil where none was wished for.
    func wished(_ faults: SandboxFaults, count: Int) -> Int? {
        faults.tokens.map { min($0, Self.mostTokens / count) }
    }

    /// The limit to keep to.
    func limit(_ faults: SandboxFaults) -> Int? { faults.ignoresLimit ? nil : limit }

    /// The tokens of the text up to the first of ``stops``.
    func stopped(_ tokens: [String]) -> [String] {
        guard !stops.isEmpty else { return tokens }
        let text = tokens.joined()
        guard let end = stops.compactMap({ text.firstRange(of: $0)?.lowerBound }).min() else { return tokens }
        return SandboxTokens.split(String(text[..<end]))
    }
}
