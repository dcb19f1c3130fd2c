import TuppenceCore
import TuppenceDialects

/// The routes, with their targets resolved to what they cost.
struct RoutesSection {
    private(set) var routes: [String: Route] = [:]
    /// Every route that was mentioned, even those that could not be read.
    private(set) var names: Set<String> = []
    /// What each says of the cache, if it does.
    private(set) var cacheFields: [(name: String, value: YAMLCursor)] = []

    /// Reads `routes: { fast-llm: { targets: [openai/gpt-4o-mini] }, short: openai/gpt-4o }`.
    init(_ section: YAMLCursor?, targets: TargetResolver) {
        for entry in section?.entries("route") ?? [] {
            guard Scalar.routeName(entry.name) else {
                entry.key.report(
                    "'\(entry.name)' is no name for a route.", "Use visible ASCII characters, without spaces.")
                continue
            }
            names.insert(entry.name)
            routes[entry.name] = Self.read(entry, targets: targets)
            if let value = entry.value.field("cache") { cacheFields.append((entry.name, value)) }
        }
    }

    private static func read(_ entry: YAMLEntry, targets: TargetResolver) -> Route? {
        if entry.value.isScalar, !entry.value.isNull {
            return targets.candidate(entry.value).map {
                Route(name: entry.name, choices: [Route.Choice(candidate: $0)])
            }
        }
        let place = "route '\(entry.name)'"
        let known = [
            "strategy", "targets", "max_output_tokens", "floor", "timeout", "deadline", "cache", "first_token_within",
            "hedge",
        ]
        guard let fields = entry.value.fields(of: place, known) else { return nil }
        let strategy = fields["strategy"]?.choice(
            "strategy", ["weighted", "priority"], later: ["cheapest", "fastest", "complexity"])
        let cursors = fields.required("targets", "'targets: [provider/model]'")?.list(of: "targets") ?? []
        if fields["targets"]?.node.sequence?.isEmpty == true {
            fields["targets"]?.report("\(place) has no targets.", "Add at least one: provider/model.")
        }
        let choices = cursors.enumerated().compactMap { index, cursor in
            choice(cursor, priority: strategy == "priority" ? index : 0, place: place, targets: targets)
        }
        let route = Route(
            name: entry.name, choices: choices,
            maxOutputTokens: fields["max_output_tokens"]?.integer(in: 1...Int.max),
            outputFloor: fields["floor"]?.integer(in: 1...Int.max),
            attemptTimeout: fields["timeout"]?.duration(), deadline: fields["deadline"]?.duration(),
            hedging: Hedging(fields, targetCount: cursors.count))
        return choices.isEmpty ? nil : route
    }

    /// Reads `provider/model` or `{ target: provider/model, weight: 80 }`; `priority` is for those that name none.
    private static func choice(
        _ cursor: YAMLCursor, priority: Int, place: String, targets: TargetResolver
    ) -> Route.Choice? {
        if cursor.isScalar, !cursor.isNull {
            return targets.candidate(cursor).map {
                Route.Choice(candidate: $0, priority: targets.priority(priority, of: $0))
            }
        }
        guard let fields = cursor.fields(of: "a target of \(place)", ["target", "weight", "priority"]) else {
            return nil
        }
        let weight = fields["weight"]?.integer(in: 0...1_000_000)
        let chosen = fields["priority"]?.integer(in: 0...1_000_000)
        guard let target = fields.required("target", "'target: provider/model'"),
            let candidate = targets.candidate(target)
        else { return nil }
        return Route.Choice(
            candidate: candidate, weight: weight ?? 1, priority: targets.priority(chosen ?? priority, of: candidate))
    }
}

extension Scalar {
    /// Applications send a route's name as `model`, often in the form of a provider's own, so it may contain slashes.
    static func routeName(_ text: String) -> Bool { isToken(text) && text.utf8.count <= 256 }
}
