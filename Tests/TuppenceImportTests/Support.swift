import TuppenceConfiguration
import TuppenceCore
import TuppenceDialects
import TuppenceImport

/// What comes of a file, with prices of a few models in place of the catalogue's.
func imported(_ yaml: String, allowsUnpriced: Bool = false) throws -> LiteLLMImport {
    var prices = PriceBook()
    let card = RateCard(
        version: "test", standard: .init(input: Rate(picodollars: 150_000), output: Rate(picodollars: 600_000)))
    for (provider, model) in [
        ("openai", "gpt-4o-mini"), ("openai", "gpt-4o"), ("anthropic", "claude-haiku-4-5"),
        ("mistral", "mistral-small-latest"), ("azure", "gpt-4o"), ("ollama", "*"),
    ] {
        prices.set(.init(rates: card, contextLength: 128_000), provider: provider, model: model)
    }
    return try LiteLLMImport(yaml, origin: "config.yaml", allowsUnpriced: allowsUnpriced) { prices.listing(of: $0) }
}

extension LiteLLMImport {
    /// What the gateway makes of the text, with every variable set.
    var configuration: Configuration {
        get throws { try Configuration.parse(checkable, file: "tuppence.yaml", environment: variables) }
    }

    func leftOut(_ setting: String) -> ImportFinding? {
        findings.first { $0.setting == setting && $0.kind == .leftOut }
    }
    func changed(_ setting: String) -> ImportFinding? {
        findings.first { $0.setting == setting && $0.kind == .changed }
    }
}

extension Configuration {
    /// Targets of a route as `provider/model weight priority`.
    func targets(of route: String) -> [String] {
        (policy.routes[route]?.choices ?? []).map { "\($0.candidate.target) \($0.weight) \($0.priority)" }
    }
}
