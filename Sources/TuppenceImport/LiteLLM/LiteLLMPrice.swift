import TuppenceCore
import TuppenceDialects

/// Prices in `litellm_params` and `model_info`, for one token each.
enum LiteLLMPrice {
    private static let kinds: [(theirs: String, ours: String)] = [
        ("input_cost_per_token", "input"), ("cache_read_input_token_cost", "cached_input"),
        ("cache_creation_input_token_cost", "cache_write"),
        ("cache_creation_input_token_cost_above_1hr", "cache_write_1h"),
        ("output_cost_per_token", "output"), ("output_cost_per_reasoning_token", "reasoning"),
        ("input_cost_per_audio_token", "audio_input"), ("output_cost_per_audio_token", "audio_output"),
    ]

    /// Whether a setting says what something costs, whatever it is.
    static func isPrice(_ name: String) -> Bool {
        name.hasPrefix("input_cost_per_") || name.hasPrefix("output_cost_per_") || name.hasPrefix("cache_read_input")
            || name.hasPrefix("cache_creation_input")
    }

    static func ours(_ name: String) -> String? { kinds.first { $0.theirs == name }?.ours }

    static var order: [String] { kinds.map(\.ours) }

    /// `input_cost_per_token_above_200k_tokens` is the price of a kind above 200,000 tokens.
    static func tier(_ name: String) -> (ours: String, above: Int)? {
        guard name.hasSuffix("k_tokens"), let place = name.ranges(of: "_above_").last,
            let thousands = Int(name[place.upperBound...].dropLast("k_tokens".count)),
            let kind = ours(String(name[..<place.lowerBound]))
        else { return nil }
        return (kind, thousands * 1_000)
    }
}

extension LiteLLMImport {
    /// Sees to it that a target has a price: one of its own, or the catalogue's.
    ///
    /// - Returns: false where nobody knows it.
    mutating func price(
        _ entry: SettingNode, _ parameters: SettingNode, _ connection: LiteLLMConnection, target: String
    ) -> Bool {
        let information = entry["model_info"]
        if let fields = ownPrice(parameters, information) {
            set(fields + limits(information), of: target, at: parameters)
            return true
        }
        let base = information?["base_model"]?.text.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        for model in [connection.model, base].compactMap({ $0 }) {
            guard let found = listing(Target(provider: connection.catalogueID, model: model)) else { continue }
            // The catalogue knows its own names only.
            if model != connection.model || connection.name != connection.catalogueID {
                set(Self.fields(of: found), of: target, at: parameters)
                if !found.rates.services.isEmpty {
                    changed(
                        parameters["model"] ?? entry,
                        "prices of the standard tier of service are written for it: do not ask it for another.")
                }
            }
            return true
        }
        if file.allowsUnpriced { return true }
        leftOut(
            parameters["model"] ?? entry,
            "no price is known for it, and nothing is free by accident: add \"\(target)\": { input: …, output: … } under 'prices' and the target to its route, or import with --allow-unpriced."
        )
        return false
    }

    private mutating func set(_ fields: [TuppenceFile.Field], of target: String, at node: SettingNode) {
        guard let known = file.prices.first(where: { $0.target == target }) else {
            return file.prices.append((target, fields))
        }
        if known.fields != fields {
            leftOut(
                node, "'\(target)' has another price already; one target has one price.",
                as: "\(node.path).input_cost_per_token")
        }
    }

    /// - Returns: nil where there is none for input.
    private mutating func ownPrice(_ parameters: SettingNode, _ information: SettingNode?) -> [TuppenceFile.Field]? {
        var rates: [String: Rate] = [:]
        var tiers: [Int: [String: Rate]] = [:]
        // What a deployment's parameters say counts before what is known of its model.
        for member in (information?.members ?? []) + parameters.members where LiteLLMPrice.isPrice(member.name) {
            let tier = LiteLLMPrice.tier(member.name)
            guard let kind = LiteLLMPrice.ours(member.name) ?? tier?.ours else {
                leftOut(member.value, "this kind of price is not counted here.")
                continue
            }
            guard let text = member.value.text, let (rate, isExact) = PerToken.rate(text) else {
                leftOut(member.value, "this is no price.")
                continue
            }
            if !isExact { changed(member.value, "it is finer than a picodollar, and rounded up to one.") }
            if let tier { tiers[tier.above, default: [:]][kind] = rate } else { rates[kind] = rate }
        }
        guard rates["input"] != nil else { return nil }
        func fields(_ rates: [String: Rate]) -> [TuppenceFile.Field] {
            LiteLLMPrice.order.compactMap { kind in
                rates[kind].map { TuppenceFile.Field(kind, .plain(PerToken.perMillion($0))) }
            }
        }
        var all = fields(rates)
        if !tiers.isEmpty {
            let list = tiers.sorted { $0.key < $1.key }.map { above, rates in
                TuppenceFile.Value.mapping([.init("above", .plain("\(above)"))] + fields(rates))
            }
            all.append(.init("tiers", .list(list)))
        }
        return all
    }

    private func limits(_ information: SettingNode?) -> [TuppenceFile.Field] {
        var fields: [TuppenceFile.Field] = []
        if let context = Self.integer(information?["max_input_tokens"]?.text), context > 0 {
            fields.append(.init("context", .plain("\(context)")))
        }
        let most = information?["max_output_tokens"] ?? information?["max_tokens"]
        if let output = Self.integer(most?.text), output > 0 { fields.append(.init("max_output", .plain("\(output)"))) }
        return fields
    }

    /// A listing of the catalogue as the file writes prices.
    private static func fields(of listing: PriceBook.Listing) -> [TuppenceFile.Field] {
        let card = listing.rates
        var fields = fields(of: card.standard, pricesOutput: card.pricesOutput)
        if card.perRequest > .zero { fields.append(.init("request", .plain(card.perRequest.usd))) }
        if let context = listing.contextLength { fields.append(.init("context", .plain("\(context)"))) }
        if let output = listing.maxOutputTokens { fields.append(.init("max_output", .plain("\(output)"))) }
        if !card.tiers.isEmpty {
            let tiers = card.tiers.map { tier in
                TuppenceFile.Value.mapping(
                    [.init("above", .plain("\(tier.inputTokens)"))]
                        + Self.fields(of: tier.rates, pricesOutput: card.pricesOutput))
            }
            fields.append(.init("tiers", .list(tiers)))
        }
        return fields
    }

    private static func fields(of rates: RateCard.Rates, pricesOutput: Bool) -> [TuppenceFile.Field] {
        UsageKind.allCases.compactMap { kind in
            if kind == .output && !pricesOutput { return nil }
            // Those without a rate of their own are charged as what contains them, there as here.
            return rates.own(kind).map { .init(kind.priceName, .plain($0.text(of: kind))) }
        }
    }
}
