/// A target of routes that is gone, or soon will be.
public struct RetiringTarget: Hashable, Sendable {
    public var target: Target
    public var retirement: Retirement
    /// The routes that lead to it, in order.
    public var routes: [String]
    public var isPast: Bool

    /// `openai/gpt-5, a target of 'fast-llm', retires on 2026-12-11. Use openai/gpt-6.1-sol instead.`
    public var text: String {
        let whose = routes.map { "'\($0)'" }.joined(separator: ", ")
        let when = isPast ? "was to be retired on" : "retires on"
        let instead = retirement.replacement.map { " Its provider names \(target.provider)/\($0) in its place." } ?? ""
        return "\(target), a target of \(whose), \(when) \(retirement.date).\(instead)"
    }
}

extension Policy {
    /// Targets of routes whose end is near or past, in their order.
    public func retiringTargets(at now: Timestamp) -> [RetiringTarget] {
        var found: [Target: RetiringTarget] = [:]
        for route in routes.values.sorted(by: { $0.name < $1.name }) {
            for candidate in route.everyCandidate {
                guard let retirement = candidate.retirement, retirement.isNear(at: now) else { continue }
                let target = candidate.target
                let new = RetiringTarget(
                    target: target, retirement: retirement, routes: [], isPast: retirement.isPast(at: now))
                found[target, default: new].routes.append(route.name)
            }
        }
        return found.values.sorted { $0.target.description < $1.target.description }
    }
}
