import TuppenceCore
import TuppenceDialects

/// `GET /v1/models`: routes first, then every model that has a price or stands in a route, with what the key may use.
enum ModelList {
    static func json(_ snapshot: GatewaySnapshot, for key: Key) -> [UInt8] {
        JSONWriter.object(reserving: 4_096) { json in write(entries(snapshot, for: key), snapshot, &json) }
    }

    /// The members of the list.
    static func write(
        _ entries: [(name: String, route: Route)], _ snapshot: GatewaySnapshot, _ json: inout JSONWriter
    ) {
        json.member("object", literal: "list")
        json.member(
            "data",
            array: { json in
                for (name, route) in entries { json.object { members(name, route, snapshot, &$0) } }
            })
    }

    static func json(_ name: String, _ snapshot: GatewaySnapshot, for key: Key) throws(Refusal) -> [UInt8] {
        let route = try snapshot.policy.route(for: name)
        try key.check(mayUse: name)
        return JSONWriter.object(reserving: 512) { members(name, route, snapshot, &$0) }
    }

    /// All that the key can ask for, with what it leads to.
    static func entries(_ snapshot: GatewaySnapshot, for key: Key) -> [(name: String, route: Route)] {
        // Those of routes may have a price only together with others (`provider/*`).
        let named = snapshot.policy.routes.values.flatMap { $0.everyCandidate.map(\.target) }
        let targets = Set(snapshot.policy.prices.targets).union(named)
            .filter { snapshot.policy.providers.contains($0.provider) && !snapshot.formerTargets.contains($0) }
            .sorted { $0.description < $1.description }
        let names = snapshot.policy.routes.keys.sorted() + targets.map(\.description)
        return names.compactMap { name in
            // Prices may spell a provider with other bytes for the same letters: that leads nowhere, and is not listed.
            guard key.mayUse(name), let route = try? snapshot.policy.route(for: name) else { return nil }
            return (name, route)
        }
    }

    /// The members of one entry.
    static func members(_ name: String, _ route: Route, _ snapshot: GatewaySnapshot, _ json: inout JSONWriter) {
        json.member("id", JSONString(name))
        json.member("object", literal: "model")
        json.member("display_name", JSONString(name))
        facts(name, route, snapshot, &json)
    }

    /// What callers of every dialect are told of a model, beside its names.
    ///
    /// - Parameter saysCapabilities: whether with what it can do, for which a dialect may have a member of its own by that name.
    static func facts(
        _ name: String, _ route: Route, _ snapshot: GatewaySnapshot, saysCapabilities: Bool = true,
        _ json: inout JSONWriter
    ) {
        let first = first(of: route)
        let owner = snapshot.policy.routes[name] == nil ? first?.target.provider ?? "tuppence" : "tuppence"
        json.member("created", Int(snapshot.since.seconds))
        json.member("owned_by", JSONString(owner))
        guard let first else { return }
        json.member("context_length", first.contextLength)
        json.member("max_output_tokens", first.maxOutputTokens)
        let rates = first.rates.standard
        json.member(
            "pricing",
            object: { json in
                json.member("prompt", JSONString(perToken(rates.input)))
                json.member("completion", JSONString(perToken(rates.output)))
                json.member("input_cache_read", rates.cachedInput.map { JSONString(perToken($0)) })
            })
        writeListing(of: first, snapshot, saysCapabilities: saysCapabilities, &json)
    }

    /// Which of its targets an entry tells of.
    static func first(of route: Route) -> Candidate? { route.choices.min { $0.priority < $1.priority }?.candidate }

    /// What a model can do, and its end as OpenAI names it (https://developers.openai.com/api/docs/deprecations, read 2026-11).
    private static func writeListing(
        of candidate: Candidate, _ snapshot: GatewaySnapshot, saysCapabilities: Bool, _ json: inout JSONWriter
    ) {
        let target = candidate.target
        guard let listing = snapshot.policy.prices.listing(of: target) else { return }
        let kind = snapshot.policy.kind(of: candidate) ?? listing.kind
        json.member("kind", JSONString(kind.rawValue))
        if saysCapabilities, !listing.capabilities.isEmpty {
            json.member(
                "capabilities",
                array: { json in
                    for name in listing.capabilities.names { json.value(JSONString(name)) }
                })
        }
        guard let retirement = listing.retirement else { return }
        json.member("shutdown_date", JSONString(retirement.date))
        json.member("replaced_by", retirement.replacement.map { JSONString("\(target.provider)/\($0)") })
    }

    /// Dollars per token as text, as OpenRouter lists them: `0.00000015`.
    private static func perToken(_ rate: Rate) -> String {
        var digits = String(rate.picodollars)
        while digits.utf8.count < 13 { digits = "0" + digits }
        let point = digits.index(digits.endIndex, offsetBy: -12)
        var text = digits[..<point] + "." + digits[point...]
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return String(text)
    }
}
