import TuppenceCore

/// `model_prices_and_context_window.json` of https://github.com/BerriAI/litellm (read 2026-11-26): an object from names to
/// objects, with dollars for each token in `input_cost_per_token` and the like.
extension ImportedPrices {
    static func liteLLM(_ root: JSONValue) -> ImportedPrices {
        var imported = ImportedPrices(.liteLLM)
        for member in root.members {
            let name = member.key.decoded
            guard let provider = member.value["litellm_provider"]?.string?.decoded, name != "sample_spec" else {
                continue
            }
            let id = liteLLMProviders[provider] ?? provider
            let model = name.hasPrefix(provider + "/") ? String(name.dropFirst(provider.utf8.count + 1)) : name
            do throws(PriceImportError) {
                imported.add(Target(provider: id, model: model), try liteLLMFacts(member.value))
            } catch {
                imported.skip(name, error.message)
            }
        }
        return imported
    }

    private static func liteLLMFacts(_ value: JSONValue) throws(PriceImportError) -> ImportedFacts {
        var facts = ImportedFacts()
        guard let kind = liteLLMKinds[value["mode"]?.string?.decoded ?? "chat"] else {
            throw PriceImportError(message: "its mode is none that has a price here")
        }
        facts.kind = kind
        var tiers: [Int: [UsageKind: Rate]] = [:]
        var services: [ServiceTier: [UsageKind: Rate]] = [:]
        for member in value.members {
            let name = member.name.decoded
            guard let field = LiteLLMField(name), let number = member.value.number else { continue }
            guard let rate = Rate(usdEach: number.bytes) else {
                throw PriceImportError(message: "'\(name)' has decimals below a picodollar, or is no price")
            }
            switch (field.above, field.service) {
            case (nil, nil): facts.rates[field.kind] = rate
            case (let above?, nil): tiers[above, default: [:]][field.kind] = rate
            case (nil, let service?): services[service, default: [:]][field.kind] = rate
            // Both together are kept as they are known: few models have them.
            case (_?, _?): continue
            }
        }
        facts.tiers = tiers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        facts.services = services.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key, $0.value) }
        facts.contextLength = value["max_input_tokens"]?.integer
        facts.maxOutputTokens = kind == .embedding || kind == .rerank ? nil : value["max_output_tokens"]?.integer
        for (name, capability) in liteLLMCapabilities where value[name]?.bool == true {
            facts.capabilities.insert(capability)
        }
        if let day = value["deprecation_date"]?.string?.decoded { facts.retires = Timestamp(iso8601: day) }
        return facts
    }

    /// Providers that are called otherwise here.
    package static let liteLLMProviders = [
        "amazon_nova": "nova", "azure_ai": "azure", "bedrock_converse": "bedrock", "bedrock_mantle": "bedrock-mantle",
        "cohere_chat": "cohere", "fireworks_ai": "fireworks", "friendliai": "friendli", "gradient_ai": "digitalocean",
        "hostinger_router": "hostinger", "jina_ai": "jina", "lambda_ai": "lambda", "qwencloud": "dashscope",
        "scx-ai": "scx", "together_ai": "together", "vercel_ai_gateway": "vercel", "vertex_ai": "vertex",
        "vertex_ai-anthropic_models": "vertex", "vertex_ai-language-models": "vertex", "voyage": "voyageai",
        "xiaomi_mimo": "xiaomi",
    ]

    /// By its word for what a model does.
    package static let liteLLMKinds: [String: ModelKind] = [
        "chat": .chat, "responses": .chat, "completion": .completion, "embedding": .embedding, "rerank": .rerank,
        "moderation": .moderation, "audio_transcription": .transcription, "audio_speech": .speech,
        "image_generation": .image, "image_edit": .image, "video_generation": .video, "realtime": .realtime,
    ]

    private static let liteLLMCapabilities: [(StaticString, ModelCapabilities)] = [
        ("supports_function_calling", .tools), ("supports_parallel_function_calling", .parallelTools),
        ("supports_tool_choice", .toolChoice), ("supports_vision", .vision), ("supports_pdf_input", .pdf),
        ("supports_audio_input", .audioInput), ("supports_audio_output", .audioOutput),
        ("supports_video_input", .videoInput), ("supports_response_schema", .jsonSchema),
        ("supports_reasoning", .reasoning), ("supports_prompt_caching", .promptCaching),
        ("supports_web_search", .webSearch), ("supports_computer_use", .computerUse),
        ("supports_assistant_prefill", .prefill),
    ]
}

/// The name of a rate: `cache_read_input_token_cost_above_200k_tokens`, `input_cost_per_token_flex`.
private struct LiteLLMField {
    let kind: UsageKind
    private(set) var above: Int?
    private(set) var service: ServiceTier?

    init?(_ name: String) {
        guard let (stem, kind) = Self.kinds.first(where: { name.hasPrefix($0.0) }) else { return nil }
        self.kind = kind
        var rest = name.dropFirst(stem.utf8.count)
        for (suffix, tier) in Self.services where rest.hasSuffix(suffix) {
            service = tier
            rest = rest.dropLast(suffix.utf8.count)
        }
        guard !rest.isEmpty else { return }
        guard rest.hasPrefix("_above_"), rest.hasSuffix("k_tokens"), let bound = Int(rest.dropFirst(7).dropLast(8))
        else {
            return nil
        }
        above = bound * 1_000
    }

    /// The longer ones before those that they begin with.
    private static let kinds: [(String, UsageKind)] = [
        ("cache_creation_input_token_cost_above_1hr", .cacheWriteLong),
        ("cache_creation_input_token_cost", .cacheWrite),
        ("cache_read_input_token_cost", .cachedInput), ("cache_read_input_audio_token_cost", .cachedAudioInput),
        ("input_cost_per_audio_token", .audioInput), ("input_cost_per_image_token", .imageInput),
        ("input_cost_per_token", .input), ("output_cost_per_audio_token", .audioOutput),
        ("output_cost_per_image_token", .imageOutput), ("output_cost_per_reasoning_token", .reasoning),
        ("output_cost_per_token", .output),
    ]
    private static let services: [(String, ServiceTier)] = [
        ("_batches", .batch), ("_flex", .flex), ("_priority", .priority), ("_ultrafast", .ultrafast),
    ]
}
