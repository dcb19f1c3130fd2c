/// What a provider charges for one model, by kind of usage and by size of context.
public struct RateCard: Hashable, Sendable {
    /// Rates that apply together. A kind without a rate of its own is charged as the kind that contains it: cached and
    /// audio input and cache writes as input, reasoning and audio output as output.
    public struct Rates: Hashable, Sendable {
        public var input: Rate
        public var output: Rate
        public var cachedInput: Rate?
        public var cacheWrite: Rate?
        public var cacheWriteLong: Rate?
        public var audioInput: Rate?
        public var reasoning: Rate?
        public var audioOutput: Rate?

        public init(input: Rate, output: Rate = .free) {
            self.input = input
            self.output = output
        }

        public subscript(kind: UsageKind) -> Rate {
            switch kind {
            case .input: input
            case .cachedInput: cachedInput ?? input
            case .cacheWrite: cacheWrite ?? input
            case .cacheWriteLong: cacheWriteLong ?? cacheWrite ?? input
            case .audioInput: audioInput ?? input
            case .output: output
            case .reasoning: reasoning ?? output
            case .audioOutput: audioOutput ?? output
            }
        }

        var dearestInput: Rate {
            max(
                input,
                max(cachedInput ?? input, max(cacheWrite ?? input, max(cacheWriteLong ?? input, audioInput ?? input))))
        }
        var dearestOutput: Rate { max(output, max(reasoning ?? output, audioOutput ?? output)) }
    }

    /// Rates for requests with more than `inputTokens` of input, for the whole request.
    public struct ContextTier: Hashable, Sendable {
        public var inputTokens: Int
        public var rates: Rates

        public init(above inputTokens: Int, rates: Rates) {
            self.inputTokens = inputTokens
            self.rates = rates
        }
    }

    /// Which edition of the prices this is; the ledger keeps it with every entry.
    public var version: String
    public var standard: Rates
    /// In rising order of `inputTokens`.
    public var tiers: [ContextTier]
    /// Charged once for each request that is answered.
    public var perRequest: Money
    /// Whether there is a rate for output. Without one (an embedding model has none) the card does for requests only
    /// that produce no output: nothing is free by accident.
    public var pricesOutput = true

    public init(version: String, standard: Rates, tiers: [ContextTier] = [], perRequest: Money = .zero) {
        self.version = version
        self.standard = standard
        self.tiers = tiers
        self.perRequest = perRequest
    }

    private func rates(forInput tokens: Int) -> Rates {
        tiers.last { tokens > $0.inputTokens }?.rates ?? standard
    }

    /// What `usage` costs, each kind rounded up once.
    public func cost(of usage: Usage) -> Cost {
        let rates = rates(forInput: usage.totalInput)
        var cost = Cost(request: perRequest)
        for kind in UsageKind.inputs where usage[kind] > 0 {
            cost.input += rates[kind].price(of: usage[kind])
        }
        for kind in UsageKind.outputs where usage[kind] > 0 {
            cost.output += rates[kind].price(of: usage[kind])
        }
        return cost
    }

    /// The most that a request can cost whose input is at most `inputTokens` and whose output at most `outputTokens`.
    ///
    /// A tier that begins within the bound counts too: the true input may lie on either side of it.
    public func bound(inputTokens: Int, outputTokens: Int) -> Money {
        var input = standard.dearestInput
        var output = standard.dearestOutput
        for tier in tiers where inputTokens > tier.inputTokens {
            input = max(input, tier.rates.dearestInput)
            output = max(output, tier.rates.dearestOutput)
        }
        // Usage may come on as many lines as there are kinds, each rounded up: one nanodollar of room a line.
        let rounding = Money(nanodollars: Int64(UsageKind.allCases.count))
        return input.price(of: inputTokens) + output.price(of: outputTokens) + perRequest + rounding
    }
}

/// What an attempt cost, in the parts a bill shows.
public struct Cost: Hashable, Sendable {
    public var input: Money
    public var output: Money
    public var request: Money
    public var total: Money { input + output + request }

    public init(input: Money = .zero, output: Money = .zero, request: Money = .zero) {
        self.input = input
        self.output = output
        self.request = request
    }

    public static let zero = Cost()
}
