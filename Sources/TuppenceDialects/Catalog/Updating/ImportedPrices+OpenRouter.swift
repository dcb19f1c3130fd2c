import TuppenceCore

/// The answer to `GET https://openrouter.ai/api/v1/models`: `data`, each with `id`, `context_length` and `pricing`, dollars for
/// each token or piece as text (https://openrouter.ai/docs/api-reference/list-available-models, read 2026-11-27).
extension ImportedPrices {
    static func openRouter(_ root: JSONValue) -> ImportedPrices {
        var imported = ImportedPrices(.openRouter)
        for value in (root["data"]?.elements).map({ Array($0) }) ?? [] {
            guard let id = value["id"]?.string?.decoded else { continue }
            do throws(PriceImportError) {
                imported.add(Target(provider: "openrouter", model: id), try openRouterFacts(value))
            } catch {
                imported.skip("openrouter/" + id, error.message)
            }
        }
        return imported
    }

    private static func openRouterFacts(_ value: JSONValue) throws(PriceImportError) -> ImportedFacts {
        var facts = ImportedFacts()
        guard let pricing = value["pricing"] else { throw PriceImportError(message: "it has no price") }
        for (name, kind) in openRouterKinds {
            guard let price = pricing[name] else { continue }
            // A router that chooses among models has -1: its price is that of whichever answers.
            guard let rate = Rate(usdEach: price.string?.utf8 ?? price.raw.bytes) else {
                throw PriceImportError(message: "'\(name)' is no price, or has decimals below a picodollar")
            }
            if rate != .free || kind == .input || kind == .output { facts.rates[kind] = rate }
        }
        guard facts.rates[.input] != nil else { throw PriceImportError(message: "it has no price for its input") }
        if let fee = pricing["request"]?.string.flatMap({ Money(usd: $0.decoded) }), fee != .zero {
            facts.perRequest = fee
        }
        facts.contextLength = value["context_length"]?.integer
        facts.maxOutputTokens = value["top_provider"]?["max_completion_tokens"]?.integer
        let inputs = value["architecture"]?["input_modalities"]
        for name in inputs.map({ Array($0.elements) }) ?? [] {
            if name.equals("image") { facts.capabilities.insert(.vision) }
            if name.equals("file") { facts.capabilities.insert(.pdf) }
            if name.equals("audio") { facts.capabilities.insert(.audioInput) }
            if name.equals("video") { facts.capabilities.insert(.videoInput) }
        }
        for name in value["supported_parameters"].map({ Array($0.elements) }) ?? [] {
            if name.equals("tools") { facts.capabilities.insert(.tools) }
            if name.equals("tool_choice") { facts.capabilities.insert(.toolChoice) }
            if name.equals("parallel_tool_calls") { facts.capabilities.insert(.parallelTools) }
            if name.equals("structured_outputs") { facts.capabilities.insert(.jsonSchema) }
            if name.equals("reasoning") { facts.capabilities.insert(.reasoning) }
        }
        return facts
    }

    private static let openRouterKinds: [(StaticString, UsageKind)] = [
        ("prompt", .input), ("completion", .output), ("input_cache_read", .cachedInput),
        ("input_cache_write", .cacheWrite), ("internal_reasoning", .reasoning), ("audio", .audioInput),
        ("web_search", .search),
    ]
}
