/// The most that one attempt may use, as far as its request decides it.
public struct UsageBound: Hashable, Sendable {
    public var inputTokens: Int
    /// Of all answers together.
    public var outputTokens: Int
    public var searches: Int
    /// What is charged by the piece beside `searches`; nil where nothing is.
    public var pieces: Usage?
    /// The tier of service that is asked for; nil for one that is not known here.
    public var service: ServiceTier?

    public init(
        inputTokens: Int, outputTokens: Int, searches: Int = 0, pieces: Usage? = nil, service: ServiceTier? = .standard
    ) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.searches = searches
        self.pieces = pieces
        self.service = service
    }
}
