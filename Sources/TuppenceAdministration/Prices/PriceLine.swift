import TuppenceCore

/// What one model costs, for programs. Rates are picodollars for each token, or for each search.
package struct PriceLine: Encodable, Sendable {
    package struct Tier: Encodable, Sendable {
        package var above: Int
        package var rates: [String: Int64]
    }
    package struct Service: Encodable, Sendable {
        package var rates: [String: Int64]
        package var tiers: [Tier]
    }

    package var target: String
    /// When it will count; nil where it does.
    package var from: String?
    package var rateCard: String
    package var contextLength: Int?
    package var maxOutputTokens: Int?
    package var rates: [String: Int64]
    package var tiers: [Tier]
    package var services: [String: Service]
    package var requestNanodollars: Int64

    package init(_ target: Target, _ listing: PriceBook.Listing, from: String? = nil) {
        let card = listing.rates
        self.target = target.description
        self.from = from
        rateCard = card.version
        contextLength = listing.contextLength
        maxOutputTokens = listing.maxOutputTokens
        rates = Self.figures(card.standard)
        tiers = Self.tiers(card.tiers)
        services = Dictionary(
            uniqueKeysWithValues: card.services.map { tier, service in
                (tier.rawValue, Service(rates: Self.figures(service.rates), tiers: Self.tiers(service.tiers)))
            })
        requestNanodollars = card.perRequest.nanodollars
    }

    private static func figures(_ rates: RateCard.Rates) -> [String: Int64] {
        Dictionary(uniqueKeysWithValues: UsageKind.allCases.map { ($0.rawValue, rates[$0].picodollars) })
    }

    private static func tiers(_ tiers: [RateCard.ContextTier]) -> [Tier] {
        tiers.map { Tier(above: $0.inputTokens, rates: figures($0.rates)) }
    }
}
