import TuppenceCore

/// What there is of the sandbox where no provider is configured: prices, routes and a budget for trying everything out.
enum SandboxDefaults {
    static let provider = "sandbox"

    /// Its models with their prices in USD per million tokens: input, cached input, output.
    private static let prices = [
        ("chat-small*", "0.10", "0.025", "0.40"), ("chat-large*", "3", "0.30", "15"),
        ("embed-small*", "0.02", "0.02", "0"), ("omni-moderation-latest*", "0", "0", "0"),
        ("image-small*", "0", "0", "0"), ("image-large*", "5", "5", "40"),
        ("speech-small*", "0", "0", "0"), ("speech-large*", "0.60", "0.60", "12"),
        ("transcribe-small*", "0", "0", "0"), ("transcribe-large*", "2.50", "2.50", "10"),
        ("rerank-small*", "0", "0", "0"),
    ]

    /// What those are for that are no chats.
    private static let kinds: [(prefix: String, kind: ModelKind)] = [
        ("embed", .embedding), ("omni-moderation", .moderation), ("image", .image), ("speech", .speech),
        ("transcribe", .transcription), ("rerank", .rerank),
    ]

    /// What its models cost by the piece, in picodollars.
    private static let pieces: [String: (kind: UsageKind, picodollars: Int64)] = [
        "image-small*": (.image, 10_000_000_000), "speech-small*": (.character, 15_000_000),
        "transcribe-small*": (.audioSecond, 100_000_000), "rerank-small*": (.search, 2_000_000_000),
    ]

    static let budget = BudgetRule(
        name: "each-key-daily", scope: [.key: .each], limit: Money(nanodollars: 1_000_000_000), period: .day)

    static func addPrices(to book: inout PriceBook) {
        for (model, input, cached, output) in prices {
            guard let input = Rate(usdPerMillion: input), let cached = Rate(usdPerMillion: cached),
                let output = Rate(usdPerMillion: output)
            else { preconditionFailure("an invalid price of the sandbox") }
            var rates = RateCard.Rates(input: input, output: output)
            rates.cachedInput = cached
            if let piece = pieces[model] { rates.set(Rate(picodollars: piece.picodollars), for: piece.kind) }
            var listing = PriceBook.Listing(
                rates: RateCard(version: "sandbox-1", standard: rates), contextLength: 128_000,
                maxOutputTokens: 16_384)
            listing.kind = kinds.first { model.hasPrefix($0.prefix) }?.kind ?? .chat
            book.set(listing, provider: provider, model: model)
        }
    }

    /// Its routes, at the prices of `policy`.
    static func routes(in policy: Policy) -> [Route] {
        let routes = [
            ("fast-llm", ["chat-small", "chat-large"]), ("smart-llm", ["chat-large"]),
            ("cheap-embedding", ["embed-small"]),
            ("falls-over", ["chat-small?status=503", "chat-large"]),
        ]
        return routes.map { name, models in
            let choices = models.enumerated().compactMap { index, model in
                (try? policy.candidate(Target(provider: provider, model: model))).map {
                    Route.Choice(candidate: $0, priority: index)
                }
            }
            return Route(name: name, choices: choices)
        }
    }
}

extension Configuration {
    /// Has the sandbox answer, unless it does already: a file without providers has it as it is read.
    package mutating func useSandbox() {
        guard policy.providers.insert(SandboxDefaults.provider).inserted else { return }
        SandboxDefaults.addPrices(to: &policy.prices)
        for route in SandboxDefaults.routes(in: policy) where policy.routes[route.name] == nil {
            policy.routes[route.name] = route
        }
        if policy.budgets.isEmpty { policy.budgets = [SandboxDefaults.budget] }
    }
}
