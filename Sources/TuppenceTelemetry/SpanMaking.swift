import TuppenceCore

/// Spans of what there is to tell, named and described as the conventions have it.
extension Span {
    /// - Parameter address: of the provider that was asked last.
    init(_ exchange: TracedExchange, at address: ProviderAddress?) {
        let attribution = exchange.attribution
        let operation = GenAI.operation(of: attribution.endpoint)
        let end = UInt64(max(0, exchange.end.milliseconds)) * 1_000_000
        var attributes = [
            Attribute("gen_ai.operation.name", operation), Attribute("gen_ai.request.model", exchange.asked),
            Attribute("gen_ai.provider.name", GenAI.provider(of: exchange, at: address)),
            Attribute("gen_ai.request.stream", exchange.isStream), Attribute("http.request.method", "POST"),
            Attribute("http.response.status_code", exchange.status),
            Attribute("tuppence.request.id", exchange.id.description), Attribute("tuppence.key", attribution.key),
            Attribute("tuppence.attempts", exchange.attempts),
            Attribute("tuppence.price.usd", exchange.charged.approximateUSD),
        ]
        attributes += exchange.settings.compactMap { Attribute.of($0) } + Self.common(attribution)
        if let error = exchange.errorType { attributes.append(Attribute("error.type", error)) }
        self.init(
            trace: exchange.trace, id: exchange.id.span(), parent: exchange.trace.parent,
            name: "\(operation) \(exchange.asked)", kind: .server,
            startNanoseconds: end - min(end, UInt64(max(0, exchange.nanoseconds))), endNanoseconds: end,
            attributes: attributes, isError: exchange.status >= 500)
    }

    init(
        _ entry: LedgerEntry, in trace: TraceContext, at address: ProviderAddress?,
        _ facts: AttemptFacts = AttemptFacts()
    ) {
        let operation = GenAI.operation(of: entry.endpoint)
        let usage = entry.usage
        let end = UInt64(max(0, entry.at.milliseconds)) * 1_000_000
        var attributes = [
            Attribute("gen_ai.operation.name", operation),
            Attribute("gen_ai.provider.name", GenAI.provider(entry.target.provider, at: address)),
            Attribute("gen_ai.request.model", entry.target.model),
            Attribute("gen_ai.usage.input_tokens", usage.totalInput),
            Attribute("gen_ai.usage.output_tokens", usage.totalOutput),
            Attribute("tuppence.attempt", entry.attempt.number),
            Attribute("tuppence.outcome", entry.outcome.rawValue),
            Attribute("tuppence.cost.usd", entry.cost.approximateUSD),
            Attribute("tuppence.usage.estimated", entry.estimated),
        ]
        attributes += Self.counted(usage) + Self.common(entry.attribution)
        if let isStream = facts.isStream { attributes.append(Attribute("gen_ai.request.stream", isStream)) }
        attributes += facts.settings.compactMap { Attribute.of($0) }
        attributes += facts.answer.map { Attribute.of($0) }
        if let address {
            attributes += [Attribute("server.address", address.host), Attribute("server.port", address.port)]
        }
        if entry.status != 0 { attributes.append(Attribute("http.response.status_code", entry.status)) }
        if let first = entry.firstContent {
            attributes.append(Attribute("gen_ai.response.time_to_first_chunk", Double(first.count) / 1_000))
        }
        if let error = entry.errorType { attributes.append(Attribute("error.type", error)) }
        self.init(
            trace: trace, id: entry.attempt.request.span(ofAttempt: entry.attempt.number),
            parent: entry.attempt.request.span(), name: "\(operation) \(entry.target.model)", kind: .client,
            startNanoseconds: end - min(end, UInt64(max(0, entry.duration.count)) * 1_000_000), endNanoseconds: end,
            attributes: attributes, isError: entry.errorType != nil)
    }

    private static func common(_ attribution: Attribution) -> [Attribute] {
        var attributes: [Attribute] = []
        if let route = attribution.route { attributes.append(Attribute("tuppence.route", route)) }
        if let customer = attribution.customer { attributes.append(Attribute("tuppence.customer", customer)) }
        if let arm = attribution.arm { attributes.append(Attribute("tuppence.arm", arm)) }
        if let conversation = Attribute.conversation(of: attribution) { attributes.append(conversation) }
        return attributes
    }

    private static func counted(_ usage: Usage) -> [Attribute] {
        [
            ("gen_ai.usage.cache_read.input_tokens", usage[.cachedInput] + usage[.cachedAudioInput]),
            ("gen_ai.usage.cache_creation.input_tokens", usage[.cacheWrite] + usage[.cacheWriteLong]),
            ("gen_ai.usage.reasoning.output_tokens", usage[.reasoning]),
        ].filter { $0.1 > 0 }.map { Attribute($0.0, $0.1) }
    }
}

extension LedgerEntry {
    /// What went wrong: the provider's status, or how it ended where there was none.
    var errorType: String? {
        switch outcome {
        case .completed, .cached, .overtaken: nil
        case .failed: status >= 400 ? "\(status)" : outcome.rawValue
        case .truncated, .aborted, .expired: outcome.rawValue
        }
    }
}

extension Money {
    /// For those who draw it; nothing here is added up from such numbers.
    var approximateUSD: Double { Double(nanodollars) / 1e9 }
}
