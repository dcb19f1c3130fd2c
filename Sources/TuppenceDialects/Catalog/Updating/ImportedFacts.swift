import TuppenceCore

/// What a list says of one model. What it does not say stays as it is known here.
package struct ImportedFacts: Sendable {
    /// The whole listing, where the list has the catalogue's form.
    private var whole: PriceBook.Listing?
    package var rates: [UsageKind: Rate] = [:]
    /// Above so many tokens of input, in rising order.
    package var tiers: [(above: Int, rates: [UsageKind: Rate])] = []
    package var services: [(tier: ServiceTier, rates: [UsageKind: Rate])] = []
    package var perRequest: Money?
    package var contextLength: Int?
    package var maxOutputTokens: Int?
    package var kind: ModelKind?
    package var capabilities: ModelCapabilities = []
    package var retires: Timestamp?

    init() {}
    init(_ listing: PriceBook.Listing) { whole = listing }

    /// The listing that comes of it over `known`; nil where that has no rate for input.
    package func listing(over known: PriceBook.Listing?) -> PriceBook.Listing? {
        if let whole { return whole }
        guard let input = rates[.input] ?? known?.rates.standard.input else { return nil }
        var card = known?.rates ?? RateCard(version: "", standard: RateCard.Rates(input: input))
        if known == nil { card.pricesOutput = rates[.output] != nil }
        if rates[.output] != nil { card.pricesOutput = true }
        let before = card.standard
        card.standard.set(rates)
        if let perRequest { card.perRequest = perRequest }
        if tiers.isEmpty {
            // Tiers follow the rates that they had in common with the standard ones.
            card.tiers = card.tiers.map {
                .init(above: $0.inputTokens, rates: $0.rates.following(before, card.standard))
            }
        } else {
            card.tiers = tiers.map { tier in
                var rates = card.standard
                rates.set(tier.rates)
                return .init(above: tier.above, rates: rates)
            }
        }
        for (tier, rates) in services {
            var service = card.services[tier] ?? RateCard.Service(rates: card.standard)
            service.rates = service.rates.following(before, card.standard)
            service.rates.set(rates)
            card.services[tier] = service
        }
        var listing = known ?? PriceBook.Listing(rates: card)
        listing.rates = card
        listing.contextLength = contextLength ?? listing.contextLength
        listing.maxOutputTokens = maxOutputTokens ?? listing.maxOutputTokens
        listing.kind = kind ?? listing.kind
        listing.capabilities.formUnion(capabilities)
        if let retires, retires != listing.retirement?.day {
            listing.retirement = Retirement(day: retires, replacement: listing.retirement?.replacement)
        }
        return listing
    }
}

extension RateCard.Rates {
    fileprivate mutating func set(_ rates: [UsageKind: Rate]) {
        for kind in UsageKind.allCases { if let rate = rates[kind] { set(rate, for: kind) } }
    }

    /// With what is as in `before` as it is in `after`.
    fileprivate func following(_ before: RateCard.Rates, _ after: RateCard.Rates) -> RateCard.Rates {
        var rates = self
        for kind in UsageKind.allCases where own(kind) == before.own(kind) {
            if let rate = after.own(kind) { rates.set(rate, for: kind) }
        }
        return rates
    }
}
