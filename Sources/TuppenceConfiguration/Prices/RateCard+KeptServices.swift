import TuppenceCore
import TuppenceDialects

extension RateCard {
    /// Takes over the tiers of service of another card of the same model, as far from the rates here as they are from the
    /// rates there, for each size of context that either tells apart.
    mutating func keepServices(of other: RateCard) {
        for (tier, service) in other.services {
            func rates(above tokens: Int) -> Rates {
                let size = tokens == .max ? tokens : tokens + 1
                return self.rates(.standard, forInput: size).following(
                    other.rates(tier, forInput: size), over: other.rates(.standard, forInput: size))
            }
            let bounds = Set((tiers + service.tiers).map(\.inputTokens)).sorted()
            services[tier] = Service(
                rates: rates(above: -1), tiers: bounds.map { ContextTier(above: $0, rates: rates(above: $0)) })
        }
    }
}

extension RateCard.Rates {
    /// As far from these rates as `one` is from `other`, kind by kind.
    fileprivate func following(_ one: RateCard.Rates, over other: RateCard.Rates) -> RateCard.Rates {
        var rates = self
        // What is charged as the kind that contains it in both is so here; a piece without a price stays without one.
        for kind in UsageKind.allCases where own(kind) != nil || one.own(kind) != nil && !kind.isPiece {
            rates.set(self[kind].following(one[kind], over: other[kind]), for: kind)
        }
        return rates
    }
}
