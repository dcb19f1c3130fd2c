extension RateCard {
    /// How a cost came about, line by line.
    public struct Bill: Hashable, Sendable {
        public struct Line: Hashable, Sendable {
            public let kind: UsageKind
            public let count: Int
            public let rate: Rate
            public let amount: Money
        }

        public let service: ServiceTier
        public let lines: [Line]
        public let perRequest: Money
    }

    /// How `usage` comes to `total` under this card, by whichever tier of service that takes.
    ///
    /// - Returns: nil where it does not.
    public func bill(of usage: Usage, comingTo total: Money) -> Bill? {
        let tiers = [.standard] + services.keys.sorted { $0.rawValue < $1.rawValue }
        guard let tier = tiers.first(where: { cost(of: usage, service: $0).total == total }) else { return nil }
        let rates = rates(tier, forInput: usage.totalInput)
        let lines = UsageKind.allCases.filter { usage[$0] > 0 }.map { kind in
            Bill.Line(kind: kind, count: usage[kind], rate: rates[kind], amount: rates[kind].price(of: usage[kind]))
        }
        return Bill(service: tier, lines: lines, perRequest: perRequest)
    }
}
