import TuppenceConfiguration
import TuppenceCore

/// A route as it stands at the moment: how its targets do, and what they may still be sent.
package struct RouteState: Sendable {
    package struct TargetState: Sendable {
        package let candidate: Candidate
        package let tier: Tier
        /// Within its tier.
        package let priority: Int
        package let weight: Int
        /// With ``Route/Strategy/complexity``, the highest score of requests that it is for; nil for all.
        package let upTo: Int?
        package let situation: TargetSituation
        package let limits: [LimitFigure]

        /// The weight that it has for now.
        package var weightNow: Double { Double(weight) * situation.share }
    }

    package struct Arm: Sendable {
        package let name: ArmName
        /// Of the route's requests; of a shadow, of those that are copied to it.
        package let share: Share
        /// None where it is the route's own.
        package let targets: [TargetState]
    }

    package let route: Route
    package let targets: [TargetState]
    /// The control first; none where nothing is tried out.
    package let arms: [Arm]

    /// By name.
    package static func all(
        of configuration: Configuration, by boards: TargetBoards, at now: Timestamp
    ) -> [RouteState] {
        configuration.policy.routes.values.sorted { $0.name < $1.name }.map { RouteState($0, boards, now) }
    }

    private init(_ route: Route, _ boards: TargetBoards, _ now: Timestamp) {
        self.route = route
        let targets = Set(route.everyCandidate.map(\.target))
        let situations = boards.health?.situations(of: targets, at: now) ?? [:]
        func states(_ route: Route) -> [TargetState] {
            route.choices.map { choice in
                let (tier, priority) = Tier.split(choice.priority)
                let candidate = choice.candidate
                return TargetState(
                    candidate: candidate, tier: tier, priority: priority, weight: choice.weight, upTo: choice.upTo,
                    situation: situations[candidate.target] ?? .well,
                    limits: boards.headroom?.figures(of: candidate, at: now) ?? [])
            }
        }
        self.targets = states(route)
        guard let experiment = route.experiment else {
            arms = []
            return
        }
        arms = ([experiment.control] + experiment.arms + experiment.shadows.map(\.arm)).map {
            Arm(name: $0.name, share: $0.share, targets: $0.route.map(states) ?? [])
        }
    }
}
