import TuppenceAdministration

extension AdminRoutes {
    private static let price = Schema.object(
        [
            "target": .text, "from": .text, "rate_card": .text, "context_length": .whole, "max_output_tokens": .whole,
            "rates": .counts, "tiers": .list(.object(["above": .whole, "rates": .counts])), "services": .any,
            "request_nanodollars": .whole,
        ], optional: ["from", "context_length", "max_output_tokens"])

    static var prices: [AdminEndpoint] {
        [
            AdminEndpoint(
                method: .get, path: "/prices", role: .viewer,
                summary:
                    "The prices that are known, as tuppence prices list has them: picodollars for each token or piece.",
                query: [
                    .init(name: "provider", place: .query, schema: .text, about: "Of this provider."),
                    .init(
                        name: "model", place: .query, schema: .text,
                        about: "Of this model, by its name; with * at its end of all that begin so."),
                ] + pageQuery(.listCursor), output: .page(price)
            ) { call in
                let (provider, model) = (call.text("provider"), call.text("model"))
                let lines = try await call.administration.ask { $0.prices(provider: provider, model: model) }
                return try call.page(of: lines) { line in
                    // One target may have several: what counts, and what will.
                    line.from.map { "\(line.target) \($0)" } ?? line.target
                }
            }
        ]
    }
}
