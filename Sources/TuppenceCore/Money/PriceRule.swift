/// What a caller is charged for what a provider charges: rates of its own where there are some, else the cost and a markup.
public struct PriceRule: Hashable, Sendable {
    public let markup: Markup
    /// By model (`gpt-4o*`) or target (`openai/gpt-4o*`); the first that fits holds.
    public let rates: [Own]

    public struct Own: Hashable, Sendable {
        public let pattern: String
        public let card: RateCard

        public init(pattern: String, card: RateCard) {
            self.pattern = pattern
            self.card = card
        }

        func concerns(_ target: Target) -> Bool {
            let name = pattern.contains("/") ? target.description : target.model
            return pattern.hasSuffix("*")
                ? name.utf8.starts(with: pattern.utf8.dropLast()) : name.hasSameBytes(as: pattern)
        }
    }

    public init(markup: Markup = .none, rates: [Own] = []) {
        self.markup = markup
        self.rates = rates
    }

    private func own(_ target: Target) -> RateCard? { rates.first { $0.concerns(target) }?.card }

    /// Whether rates of its own hold for `target`.
    func hasRates(for target: Target) -> Bool { own(target) != nil }

    /// Whether what is charged for `usage` depends on what it cost.
    func needsCost(of usage: Usage, by target: Target) -> Bool {
        guard let own = own(target) else { return true }
        return usage.hasPieces && own.lacksPiece(in: usage)
    }

    /// What is charged for usage that cost `cost`, at the provider's `rates` and in the tier `service`. Pieces without a rate
    /// of its own are charged what they cost and the markup. An attempt that was not billed is charged nothing.
    func price(of usage: Usage, cost: Cost, at rates: RateCard, service: ServiceTier?, by target: Target) -> Cost {
        guard let own = own(target) else {
            return Cost(
                input: markup.added(to: cost.input), output: markup.added(to: cost.output),
                request: markup.added(to: cost.request))
        }
        if cost == .zero && usage == Usage() { return .zero }
        var price = own.cost(of: usage)
        guard usage.hasPieces else { return price }
        let known = own.rates(.standard, forInput: usage.totalInput)
        for kind in UsageKind.pieces where usage[kind] > 0 && known.ofPiece(kind) == nil {
            price.request += markup.added(to: rates.cost(ofPieces: kind, in: usage, service: service))
        }
        return price
    }

    /// The most that can be charged for what costs `bound` at the most at the provider's `rates`.
    func bound(_ bound: Money, of most: UsageBound, at rates: RateCard, by target: Target) -> Money {
        if let own = own(target) {
            // Whatever tier of service answers, its rates are these.
            var standard = most
            standard.service = .standard
            var price = own.bound(standard)
            guard most.searches > 0 || most.pieces != nil else { return price }
            for kind in UsageKind.pieces where own.mayLack(kind) {
                price += markup.added(to: rates.bound(ofPieces: kind, in: most))
            }
            return price
        }
        // Input, output and fee are rounded up apart.
        return markup.added(to: bound) + Money(nanodollars: markup == .none ? 0 : 3)
    }
}
