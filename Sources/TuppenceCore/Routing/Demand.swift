/// What one request asks for, in the figures that decide what it may cost.
public struct Demand: Hashable, Sendable {
    /// Input tokens: never below the true count.
    public var inputBound: Int
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
    public var streams: Bool
    /// The most searches that the provider may make for it, or rounds with other tools that it runs itself.
    public var searches: Int
    public var service: ServiceWish

    public init(
        inputBound: Int, inputEstimate: Int, outputLimit: Int? = nil, outputFloor: Int = 0, answers: Int = 1,
        inputs: Int = 1,
        producesOutput: Bool = true, streams: Bool = false, searches: Int = 0, service: ServiceWish = .usual
    ) {
        precondition((0...Searches.most).contains(searches), "\(searches) searches")
        self.inputBound = inputBound
        self.inputEstimate = inputEstimate
        self.outputLimit = outputLimit
        self.outputFloor = outputFloor
        self.answers = answers
        self.inputs = inputs
        self.producesOutput = producesOutput
        self.streams = streams
        self.searches = searches
        self.service = service
    }
}

extension Route {
    /// The candidates whose prices cover what `demand` will use, in the order given.
    ///
    /// - Throws: a refusal with code `price_unknown` if there are none.
    public func priced(_ candidates: [Candidate], for demand: Demand) throws(Refusal) -> [Candidate] {
        if !demand.producesOutput || candidates.allSatisfy(\.rates.pricesOutput) { return candidates }
        let priced = candidates.filter(\.rates.pricesOutput)
        guard priced.isEmpty else { return priced }
        throw Refusal(
            .priceUnknown,
            "The price of \(candidates[0].target) has no 'output', so an answer by it cannot be budgeted. Add the rate under prices: in the configuration.",
            parameter: "model")
    }
}
