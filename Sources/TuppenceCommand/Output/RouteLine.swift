import TuppenceCore

/// A route as `routes list --json` and `check --json` have it.
struct RouteLine: Encodable {
    struct Choice: Encodable {
        let target: String
        let weight: Int
        let priority: Int
    }

    let name: String
    let strategy: String
    let targets: [Choice]

    /// By name.
    static func all(of policy: Policy) -> [RouteLine] {
        policy.routes.values.sorted { $0.name < $1.name }.map { route in
            RouteLine(
                name: route.name, strategy: route.strategy.rawValue,
                targets: route.choices.map {
                    Choice(target: $0.candidate.target.description, weight: $0.weight, priority: $0.priority)
                })
        }
    }
}
