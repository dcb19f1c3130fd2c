import TuppenceCore

/// `https://models.dev/api.json` (https://models.dev, and its schema, `packages/core/src/schema.ts`, read 2026-11-28): an object
/// from providers to objects with `models`, each with `cost` in dollars for a million tokens, `limit` and what it can do.
extension ImportedPrices {
    static func modelsDev(_ root: JSONValue) -> ImportedPrices {
        var imported = ImportedPrices(.modelsDev)
        for member in root.members {
            let provider = member.key.decoded
            for model in (member.value["models"]?.members).map({ Array($0) }) ?? [] {
                let name = model.key.decoded
                do throws(PriceImportError) {
                    imported.add(
                        Target(provider: modelsDevProviders[provider] ?? provider, model: name),
                        try modelsDevFacts(model.value))
                } catch {
                    imported.skip("\(provider)/\(name)", error.message)
                }
            }
        }
        return imported
    }

    private static func modelsDevFacts(_ value: JSONValue) throws(PriceImportError) -> ImportedFacts {
        var facts = ImportedFacts()
        guard let cost = value["cost"] else { throw PriceImportError(message: "it has no price") }
        facts.rates = try modelsDevRates(cost)
        guard facts.rates[.input] != nil else { throw PriceImportError(message: "it has no price for its input") }
        facts.tiers = try modelsDevTiers(cost)
        facts.contextLength = value["limit"]?["context"]?.integer
        facts.maxOutputTokens = value["limit"]?["output"]?.integer
        if value["family"]?.string?.decoded.contains("embedding") == true {
            facts.kind = .embedding
            // The list has no model without an output: it is said to cost nothing, and to be as long as a vector.
            facts.rates[.output] = nil
            facts.maxOutputTokens = nil
        }
        if value["tool_call"]?.bool == true { facts.capabilities.insert(.tools) }
        if value["reasoning"]?.bool == true { facts.capabilities.insert(.reasoning) }
        if value["structured_output"]?.bool == true { facts.capabilities.insert(.jsonSchema) }
        for name in value["modalities"]?["input"].map({ Array($0.elements) }) ?? [] {
            if name.equals("image") { facts.capabilities.insert(.vision) }
            if name.equals("pdf") { facts.capabilities.insert(.pdf) }
            if name.equals("audio") { facts.capabilities.insert(.audioInput) }
            if name.equals("video") { facts.capabilities.insert(.videoInput) }
        }
        for name in value["modalities"]?["output"].map({ Array($0.elements) }) ?? [] where name.equals("audio") {
            facts.capabilities.insert(.audioOutput)
        }
        return facts
    }

    /// Rates of longer inputs. `context_over_200k` is older and knows one bound alone: where `tiers` are, it repeats one of them,
    /// whatever that one's bound is.
    private static func modelsDevTiers(
        _ cost: JSONValue
    ) throws(PriceImportError) -> [(above: Int, rates: [UsageKind: Rate])] {
        guard let list = cost["tiers"], list.kind == .array, !list.isEmpty else {
            guard let above = cost["context_over_200k"] else { return [] }
            return [(200_000, try modelsDevRates(above))]
        }
        var tiers: [(above: Int, rates: [UsageKind: Rate])] = []
        for value in list.elements {
            let place = value["tier"]
            guard place?["type"]?.equals("context") ?? true, let size = place?["size"]?.integer, size > 0,
                !tiers.contains(where: { $0.above == size })
            else { throw PriceImportError(message: "it has a tier that is not told by the length of the input") }
            tiers.append((size, try modelsDevRates(value)))
        }
        return tiers.sorted { $0.above < $1.above }
    }

    private static func modelsDevRates(_ cost: JSONValue) throws(PriceImportError) -> [UsageKind: Rate] {
        var rates: [UsageKind: Rate] = [:]
        for (name, kind) in modelsDevKinds {
            guard let number = cost[name]?.number else { continue }
            guard let rate = Rate(usdEach: number.bytes, unit: 6) else {
                throw PriceImportError(message: "'\(name)' is no price, or has decimals below a picodollar")
            }
            rates[kind] = rate
        }
        return rates
    }

    private static let modelsDevKinds: [(StaticString, UsageKind)] = [
        ("input", .input), ("output", .output), ("cache_read", .cachedInput), ("cache_write", .cacheWrite),
        ("reasoning", .reasoning), ("input_audio", .audioInput), ("output_audio", .audioOutput),
    ]

    /// Providers that are called otherwise here.
    private static let modelsDevProviders = [
        "alibaba": "dashscope", "amazon-bedrock": "bedrock", "cloudflare-workers-ai": "cloudflare",
        "fireworks-ai": "fireworks", "google": "gemini", "google-vertex": "vertex", "google-vertex-anthropic": "vertex",
        "moonshotai": "moonshot", "novita-ai": "novita", "togetherai": "together",
    ]
}
