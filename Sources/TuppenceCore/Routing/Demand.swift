/// What one request asks for, in the figures that decide what it may cost.
public struct Demand: Hashable, Sendable {
    /// The input: with the rules of a model, never below what it counts.
    public var inputBound: InputCount
    /// Input tokens as best guessed, for settlements without the provider's own count.
    public var inputEstimate: Int
    /// Output tokens for each answer as the caller limits them, or nil; nil too where there is no output.
    public var outputLimit: Int?
    /// What the output limit must not be lowered below: a budget for thinking that the request sets must fit into it.
    public var outputFloor: Int
    /// How many answers are asked for: choices times prompts.
    public var answers: Int
    /// How many inputs of their own it brings, each of which may fill a model's context.
    public var inputs: Int
    public var producesOutput: Bool
    /// Whether all it asks for is how many tokens it has. What comes of that says nothing of how a target generates.
    public var isCount: Bool
    public var streams: Bool
    /// The most searches that the provider may make for it, or rounds with other tools that it runs itself.
    public var searches: Int
    public var service: ServiceWish
    /// What is charged by the piece, or has no output limit.
    public var pieces: PieceDemand?
    /// What a model has to be able to do for it.
    public var needs: ModelCapabilities
    /// Of `inputEstimate` what is text: files may be far less than they look.
    public var textEstimate: Int
    /// nil where nobody has looked.
    public var signals: TextSignals?

    public init(
        inputBound: InputCount, inputEstimate: Int, outputLimit: Int? = nil, outputFloor: Int = 0, answers: Int = 1,
        inputs: Int = 1,
        producesOutput: Bool = true, isCount: Bool = false, streams: Bool = false, searches: Int = 0,
        service: ServiceWish = .usual,
        pieces: PieceDemand? = nil, needs: ModelCapabilities = [], textEstimate: Int? = nil
    ) {
        precondition((0...Searches.most).contains(searches), "\(searches) searches")
        self.inputBound = inputBound
        self.inputEstimate = inputEstimate
        self.outputLimit = outputLimit
        self.outputFloor = outputFloor
        self.answers = answers
        self.inputs = inputs
        self.producesOutput = producesOutput
        self.isCount = isCount
        self.streams = streams
        self.searches = searches
        self.service = service
        self.pieces = pieces
        self.needs = needs
        self.textEstimate = textEstimate ?? inputEstimate
    }
}
