import TuppenceCore
import TuppenceDialects

/// The routes, with their targets resolved to what they cost.
struct RoutesSection {
    private(set) var routes: [String: Route] = [:]
    /// Every route that was mentioned, even those that could not be read.
    private(set) var names: Set<String> = []
    /// What each says of the cache, if it does.
    private(set) var cacheFields: [(name: String, value: YAMLCursor)] = []
    private var experiments: [(name: String, value: YAMLCursor)] = []

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
            if let value = entry.value.field("experiment") { experiments.append((entry.name, value)) }
        }
        guard targets.providers.isSandbox else { return }
        for route in SandboxDefaults.routes(in: targets.policy) where names.insert(route.name).inserted {
            routes[route.name] = route
        }
    }

    /// Reads the experiments, whose arms may be any other route, and whose shadows are any key's.
    mutating func readExperiments(targets: TargetResolver, keys: KeysSection) {
        let reader = ExperimentReader(
            routes: routes, names: names, targets: targets, taken: experiments.map(\.name), keys: keys)
        for (name, value) in experiments {
            let experiment = reader.read(value, of: name)
            routes[name] = routes[name].map { Route($0, experiment: experiment) }
        }
    }

    private static func read(_ entry: YAMLEntry, targets: TargetResolver) -> Route? {
        if entry.value.isScalar, !entry.value.isNull {
            return targets.candidate(entry.value).map {
                Route(name: entry.name, choices: [Route.Choice(candidate: $0)])
            }
        }
        return read(
            entry.value, name: entry.name, place: "route '\(entry.name)'", also: ["cache", "experiment"],
            targets: targets)
    }

    /// Reads a mapping with the targets and limits of a route.
    ///
    /// - Parameter more: what else it may have.
    static func read(
        _ value: YAMLCursor, name: String, place: String, also more: [String], targets: TargetResolver
    ) -> Route? {
        let known =
            [
                "strategy", "targets", "max_output_tokens", "floor", "timeout", "deadline", "first_token_within",
                "hedge", "sticky", "require",
            ] + more
        guard let fields = value.fields(of: place, known) else { return nil }
        let strategy = fields["strategy"]?.choice(
            "strategy", Route.Strategy.allCases.map(\.rawValue))
        let cursors = fields.required("targets", "'targets: [provider/model]'")?.list(of: "targets") ?? []
        if fields["targets"]?.node.sequence?.isEmpty == true {
            fields["targets"]?.report("\(place) has no targets.", "Add at least one: provider/model.")
        }
        let choices = cursors.enumerated().compactMap { index, cursor in
            choice(cursor, priority: strategy == "priority" ? index : 0, place: place, targets: targets)
        }
        let sticky = fields["sticky"]?.choice("sticky", Route.Stickiness.allCases.map(\.rawValue))
        if strategy == "fastest", sticky != nil {
            fields["sticky"]?.report(
                "\(place) is 'fastest' and 'sticky': its requests go where answers come soonest.", "Remove one of them."
            )
        }
        checkScores(choices, strategy, fields, place)
        let route = Route(
            name: name, choices: choices,
            maxOutputTokens: fields["max_output_tokens"]?.integer(in: 1...Int.max),
            outputFloor: fields["floor"]?.integer(in: 1...Int.max),
            attemptTimeout: fields["timeout"]?.duration(), deadline: fields["deadline"]?.duration(),
            hedging: Hedging(fields, targetCount: cursors.count),
            strategy: strategy.flatMap(Route.Strategy.init(rawValue:)) ?? .weighted,
            stickiness: sticky.flatMap(Route.Stickiness.init(rawValue:)),
            required: fields["require"]?.capabilities() ?? [])
        return choices.isEmpty ? nil : route
    }

    /// Without a target for every request the hardest would go to one that is for simple ones; and of scores only one strategy
    /// knows.
    private static func checkScores(
        _ choices: [Route.Choice], _ strategy: String?, _ fields: YAMLFields, _ place: String
    ) {
        if strategy == "complexity" {
            guard !choices.isEmpty, choices.allSatisfy({ $0.upTo != nil }) else { return }
            fields["targets"]?.report("\(place) has no target for the hardest requests.", "Leave 'up_to' out of one.")
        } else if choices.contains(where: { $0.upTo != nil }) {
            fields["targets"]?.report(
                "'up_to' in \(place) is a score that no strategy of its looks at.", "Add 'strategy: complexity'.")
        }
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
        guard let fields = cursor.fields(of: "a target of \(place)", ["target", "weight", "priority", "up_to"]) else {
            return nil
        }
        let weight = fields["weight"]?.integer(in: 0...1_000_000)
        let chosen = fields["priority"]?.integer(in: 0...1_000_000)
        let upTo = fields["up_to"]?.integer(in: 0...100)
        guard let target = fields.required("target", "'target: provider/model'"),
            let candidate = targets.candidate(target)
        else { return nil }
        return Route.Choice(
            candidate: candidate, weight: weight ?? 1, priority: targets.priority(chosen ?? priority, of: candidate),
            upTo: upTo)
    }
}

extension Scalar {
    /// Applications send a route's name as `model`, often in the form of a provider's own, so it may contain slashes.
    static func routeName(_ text: String) -> Bool { isToken(text) && text.utf8.count <= 256 }
}
