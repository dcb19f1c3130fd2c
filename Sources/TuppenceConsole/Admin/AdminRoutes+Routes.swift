import NIOCore
import TuppenceAdministration
import TuppenceCore
import TuppenceDialects
import TuppenceGateway

extension AdminRoutes {
    private struct RouteLine: Encodable {
        struct Choice: Encodable {
            let target: TargetLine
            let weight: Int
            let priority: Int
        }

        let name: String
        let strategy: String
        let sticky: String?
        let experiment: String?
        let targets: [Choice]
    }

    static func routes(_ gateway: Gateway) -> [AdminEndpoint] {
        [
            AdminEndpoint(
                method: .get, path: "/routes", role: .viewer, summary: "The routes, and how their targets are doing.",
                output: .page(
                    .object(
                        [
                            "name": .text, "strategy": .text, "sticky": .text, "experiment": .text,
                            "targets": .list(
                                .object(["target": TargetLine.schema, "weight": .whole, "priority": .whole])),
                        ], optional: ["sticky", "experiment"]))
            ) { call in
                let routes = gateway.loaded.configuration.policy.routes.values.sorted { $0.name < $1.name }
                let targets = Set(routes.flatMap(\.choices).map(\.candidate.target))
                let situations = gateway.plane.health.situations(of: targets, at: call.now)
                return AdminAnswer(
                    ListPage(
                        data: routes.map { route in
                            RouteLine(
                                name: route.name, strategy: route.strategy.rawValue,
                                sticky: route.stickiness?.rawValue, experiment: route.experiment?.name,
                                targets: route.choices.map {
                                    let target = $0.candidate.target
                                    return .init(
                                        target: TargetLine(target, situations[target]), weight: $0.weight,
                                        priority: $0.priority)
                                })
                        }))
            },
            AdminEndpoint(
                method: .post, path: "/routes/explain", role: .viewer,
                summary:
                    "Where the request in the body would go, why not elsewhere, and what it would cost. Nothing is sent.",
                query: [
                    .init(
                        name: "key", place: .query, schema: .text,
                        about: "The key that sends it: its budgets are looked at."),
                    .init(name: "customer", place: .query, schema: .text, about: "The customer that it is sent for."),
                    .init(
                        name: "endpoint", place: .query, schema: .text,
                        about: "The endpoint, where the body does not tell: embeddings, responses …"),
                ], input: .any, output: .any
            ) { call in
                let (body, key) = (Array(call.body.readableBytesView), call.text("key"))
                let (customer, endpoint) = (call.text("customer"), call.text("endpoint"))
                return AdminAnswer(
                    json: try await call.desk.ask {
                        try $0.explanation(of: body, endpoint: endpoint, key: key, customer: customer)
                    })
            },
        ]
    }
}
