import TuppenceCore

/// The providers that are known by name: a new one is one more file beside this, and a line here.
public enum ProviderCatalog {
    /// The edition of the price lists, which the ledger keeps with every entry that they priced.
    public static let edition = "catalogue-2026-11"

    /// In the order in which they are offered.
    public static let all: [Provider] = [
        .openAI, .anthropic, .gemini, .vertex, .bedrock, .azure, .cohere, .deepSeek, .mistral, .groq, .together,
        .fireworks, .openRouter, .tokenMix, .xAI, .ollama, .vLLM, .llamaCpp,
    ]

    /// Providers whose prices and usage are known here, and to whom the gateway cannot speak yet.
    public static let pricedOnly: [Provider] = [
        .cerebras, .perplexity, .voyageAI, .zAI,
    ]

    public static func provider(_ id: String) -> Provider? { all.first { $0.id == id } }
}

extension Provider {
    /// What its price list says of each model.
    public func listings() throws(PriceList.ParseError) -> [PriceList.Entry] {
        try PriceList.parse(prices, version: ProviderCatalog.edition)
    }

    /// What is known of models that nothing is sent to.
    package func unroutedListings() throws(PriceList.ParseError) -> [PriceList.Entry] {
        try PriceList.parse(unroutedPrices, version: ProviderCatalog.edition + "-unrouted")
    }
}
