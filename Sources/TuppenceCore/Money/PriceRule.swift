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
            return pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
        }
    }

    public init(markup: Markup = .none, rates: [Own] = []) {
        self.markup = markup
        self.rates = rates
    }

    private func own(_ target: Target) -> RateCard? { rates.first { $0.concerns(target) }?.card }

    /// What is charged for usage that cost `cost`. What cost nothing is charged nothing.
    func price(of usage: Usage, cost: Cost, by target: Target) -> Cost {
        if let own = own(target) { return cost == .zero ? .zero : own.cost(of: usage) }
        return Cost(
            input: markup.added(to: cost.input), output: markup.added(to: cost.output),
            request: markup.added(to: cost.request))
    }

    /// The most that can be charged for what costs `bound` at the most.
    func bound(_ bound: Money, of most: UsageBound, by target: Target) -> Money {
        if let own = own(target) {
            // Whatever tier of service answers, its rates are these.
            var most = most
            most.service = .standard
            return own.bound(most)
        }
        // Input, output and fee are rounded up apart.
        return markup.added(to: bound) + Money(nanodollars: markup == .none ? 0 : 3)
    }
}
