import TuppenceCore

/// The providers that are known by name: a new one is one more file beside this, and a line here.
public enum ProviderCatalog {
    /// The edition of the price lists, which the ledger keeps with every entry that they priced.
    public static let edition = "catalogue-2026-11"

    /// In the order in which they are offered.
    public static let all: [Provider] = [
        .openAI, .deepSeek, .mistral, .groq, .together, .fireworks, .openRouter, .tokenMix, .xAI, .ollama, .vLLM,
        .llamaCpp,
    ]

    public static func provider(_ id: String) -> Provider? { all.first { $0.id == id } }
}

extension Provider {
    /// What its price list says of each model.
    public func listings() throws(PriceList.ParseError) -> [PriceList.Entry] {
        try PriceList.parse(prices, version: ProviderCatalog.edition)
    }
}
