import TuppenceCore

extension Configuration {
    /// What can be meant so, and hardly is: a sentence or two each, for people.
    public var doubts: [String] {
        let routes = policy.routes.values.sorted { $0.name < $1.name }
        return environmentTroubles + misnamed + routes.flatMap { Self.doubts(about: $0) }
            + policy.budgets.flatMap { cacheDoubts(about: $0) }
    }

    /// Keys and routes of which no budget can be made, since their name says all of them there.
    private var misnamed: [String] {
        let isKey = keys.contains { $0.name == "each" }
        return ((isKey ? ["key"] : []) + (policy.routes["each"] == nil ? [] : ["route"])).map { thing in
            "a \(thing) is called 'each', which stands for all of them in budgets: none can be made for it alone. Give it another name."
        }
    }

    private static func doubts(about route: Route) -> [String] {
        let experiment = route.experiment
        let arms = (experiment?.arms ?? []) + (experiment?.shadows.map(\.arm) ?? [])
        return doubts(about: route, called: "route '\(route.name)'")
            + arms.flatMap { arm -> [String] in
                arm.route.map { doubts(about: $0, called: "'\(arm.label)' of route '\(route.name)'") } ?? []
            }
    }

    private static func doubts(about route: Route, called place: String) -> [String] {
        var found: [String] = []
        if !route.choices.isEmpty, route.choices.allSatisfy({ $0.weight == 0 }) {
            found.append(
                "all targets of \(place) have the weight 0, which is for those that come after others. They are tried in their order."
            )
        }
        var seen: Set<Target> = []
        for choice in route.choices where !seen.insert(choice.candidate.target).inserted {
            found.append("\(place) has the target \(choice.candidate.target) more than once. Remove all but one.")
        }
        if let floor = route.outputFloor, let most = route.maxOutputTokens, floor > most {
            found.append(
                "\(place) has a 'floor' of \(floor), above its 'max_output_tokens' of \(most): no budget can lower that."
            )
        }
        return found
    }

    /// Of one that would answer from a cache that is switched off.
    private func cacheDoubts(about budget: BudgetRule) -> [String] {
        guard budget.actions.contains(.cached) else { return [] }
        let place = "budget '\(budget.name)' has 'hard: cached'"
        guard let cache else {
            return ["\(place), and there is no cache, so that it refuses. Remove 'cache: off' at the top level."]
        }
        let asked = budget.scope.first { $0.dimension == .key }?.match
        guard case .exactly(let key)? = asked, cache.excludedKeys.contains(key) else { return [] }
        return ["\(place), and its key '\(key)' has 'cache: off', so that it refuses. Remove one of them."]
    }
}
