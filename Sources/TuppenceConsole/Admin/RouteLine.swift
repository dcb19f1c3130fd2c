import TuppenceAdministration
import TuppenceCore

/// A route and how its targets are doing.
struct RouteLine: Encodable, Sendable {
    struct Choice: Encodable, Sendable {
        struct Limit: Encodable, Sendable {
            /// Who has set it: `provider` and `model` are the operator's for either, `told` is the provider's word, and `learned`
            /// what its refusals have taught.
            let source: String
            let name: String
            let limit: Int?
            let left: Int?
            let resetsAt: String?
        }

        let target: TargetLine
        let tier: String
        let priority: Int
        let weight: Int
        let weightNow: Double
        let inputNanodollarsPerMillion: Int64
        let outputNanodollarsPerMillion: Int64
        let limits: [Limit]
    }

    struct Arm: Encodable, Sendable {
        let name: String
        let sharePercent: Double
        let shadow: Bool
        let targets: [Choice]
    }

    let name: String
    let strategy: String
    let sticky: String?
    let experiment: String?
    let targets: [Choice]
    let arms: [Arm]

    init(_ state: RouteState) {
        name = state.route.name
        strategy = state.route.strategy.rawValue
        sticky = state.route.stickiness?.rawValue
        experiment = state.route.experiment?.name
        targets = state.targets.map(Choice.init)
        arms = state.arms.map {
            Arm(
                name: $0.name.arm, sharePercent: Double($0.share.partsPerMillion) / 10_000, shadow: $0.name.isShadow,
                targets: $0.targets.map(Choice.init))
        }
    }

    static let schema = Schema.object(
        [
            "name": .text, "strategy": .text, "sticky": .text, "experiment": .text, "targets": .list(choice),
            "arms": .list(
                .object(["name": .text, "share_percent": .ratio, "shadow": .truth, "targets": .list(choice)])),
        ], optional: ["sticky", "experiment"])

    private static let choice = Schema.object([
        "target": TargetLine.schema, "tier": .choice(Tier.allCases.map(\.rawValue)), "priority": .whole,
        "weight": .whole, "weight_now": .ratio, "input_nanodollars_per_million": .whole,
        "output_nanodollars_per_million": .whole,
        "limits": .list(
            .object(
                [
                    "source": .choice(LimitFigure.Source.allCases.map(\.rawValue)), "name": .text, "limit": .whole,
                    "left": .whole, "resets_at": .time,
                ], optional: ["limit", "left", "resets_at"])),
    ])
}

extension RouteLine.Choice {
    fileprivate init(_ state: RouteState.TargetState) {
        let rates = state.candidate.rates.standard
        self.init(
            target: TargetLine(state.candidate.target, state.situation), tier: state.tier.rawValue,
            priority: state.priority, weight: state.weight, weightNow: state.weightNow,
            inputNanodollarsPerMillion: rates.input.perMillion.nanodollars,
            outputNanodollarsPerMillion: rates.output.perMillion.nanodollars,
            limits: state.limits.map {
                Limit(
                    source: $0.source.rawValue, name: $0.name, limit: $0.limit, left: $0.left,
                    resetsAt: $0.resetsAt?.iso8601)
            })
    }
}
