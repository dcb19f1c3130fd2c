import NIOCore
import TuppenceAdministration
import TuppenceCore
import TuppenceDialects
import TuppenceGateway

extension AdminRoutes {
    static func routes(_ gateway: Gateway) -> [AdminEndpoint] {
        [
            AdminEndpoint(
                method: .get, path: "/routes", role: .viewer, summary: "The routes, and how their targets are doing.",
                output: .page(RouteLine.schema)
            ) { call in
                let states = RouteState.all(
                    of: gateway.loaded.configuration, by: TargetBoards(gateway), at: call.now)
                return AdminAnswer(ListPage(data: states.map(RouteLine.init)))
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
                    json: try await call.administration.ask {
                        try $0.explanation(
                            of: body, endpoint: endpoint, key: key, customer: customer, boards: TargetBoards(gateway))
                    }.json)
            },
        ]
    }
}
