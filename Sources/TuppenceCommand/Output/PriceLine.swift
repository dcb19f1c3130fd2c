import TuppenceCore

/// What one model costs, for programs. Rates are picodollars for each token, or for each search.
struct PriceLine: Encodable {
    struct Tier: Encodable {
        var above: Int
        var rates: [String: Int64]
    }
    struct Service: Encodable {
        var rates: [String: Int64]
        var tiers: [Tier]
    }

    var target: String
    /// When it will count; nil where it does.
    var from: String?
    var rateCard: String
    var contextLength: Int?
    var maxOutputTokens: Int?
    var rates: [String: Int64]
    var tiers: [Tier]
    var services: [String: Service]
    var requestNanodollars: Int64

    init(_ target: Target, _ listing: PriceBook.Listing, from: String?) {
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
