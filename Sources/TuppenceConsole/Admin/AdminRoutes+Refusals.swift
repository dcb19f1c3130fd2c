import TuppenceAdministration
import TuppenceCore
import TuppenceGateway

extension AdminRoutes {
    private static let refusal = Schema.object(
        [
            "request_id": .text, "at": .time, "key": .text, "customer": .text, "user": .text, "asked": .text,
            "endpoint": .text, "attempts": .whole, "http_status": .whole, "code": .text, "message": .text,
        ], optional: ["customer", "user"])

    static func refusals(_ gateway: Gateway) -> [AdminEndpoint] {
        [
            AdminEndpoint(
                method: .get, path: "/refusals", role: .viewer,
                summary:
                    "What the gateway has refused to callers whose key it knew, the newest request first: the latest 64 of each key on each thread, of this process.",
                query: [
                    .init(name: "key", place: .query, schema: .text, about: "Refusals of this key."),
                    .init(name: "customer", place: .query, schema: .text, about: "Of this customer."),
                    .init(name: "code", place: .query, schema: .text, about: "With this code."),
                    .init(name: "since", place: .query, schema: .time, about: "Refused from this time on."),
                    .init(name: "until", place: .query, schema: .time, about: "Refused before this time."),
                ] + pageQuery(.matching("^(req_[0-9a-f]{32})?$")), output: .page(refusal)
            ) { call in
                var query = LedgerQuery()
                query.key = call.text("key")
                query.customer = call.text("customer")
                (query.since, query.until) = (try call.time("since"), try call.time("until"))
                return AdminAnswer(
                    try Administration.refusals(
                        await gateway.plane.refusals(), where: query, code: call.text("code"),
                        limit: try call.limit(100),
                        cursor: call.text("cursor")))
            }
        ]
    }
}
