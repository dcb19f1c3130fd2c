import TuppenceCore

/// A target of routes that its provider no longer offers, by what the catalogue knows.
public struct FormerTarget: Hashable, Sendable {
    public var target: Target
    /// The routes that lead to it, in order.
    public var routes: [String]

    public var text: String {
        let whose = routes.map { "'\($0)'" }.joined(separator: ", ")
        return
            "\(target), a target of \(whose), is no longer offered by \(target.provider), as far as this version knows. Requests are sent all the same, at the price that it had."
    }
}

extension Configuration {
    /// Targets of routes that are no longer offered, in their order; not those whose day is known, which
    /// ``Policy/retiringTargets(at:)`` tells.
    public var formerTargetsOfRoutes: [FormerTarget] {
        var found: [Target: [String]] = [:]
        for route in policy.routes.values.sorted(by: { $0.name < $1.name }) {
            for candidate in route.everyCandidate
            where formerTargets.contains(candidate.target) && candidate.retirement == nil
                && found[candidate.target]?.last != route.name
            {
                found[candidate.target, default: []].append(route.name)
            }
        }
        return found.map { FormerTarget(target: $0, routes: $1) }
            .sorted { $0.target.description < $1.target.description }
    }
}
