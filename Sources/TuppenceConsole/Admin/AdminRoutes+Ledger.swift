import TuppenceAdministration
import TuppenceCore

extension AdminRoutes {
    private static let line = Schema.object(
        [
            "place": .text, "request_id": .text, "attempt": .whole, "at": .time, "key": .text, "customer": .text,
            "user": .text,
            "route": .text, "tags": .text, "arm": .text, "provider": .text, "model": .text, "endpoint": .text,
            "status": .choice(AttemptOutcome.allCases.map(\.rawValue)), "http_status": .whole, "estimated": .truth,
            "usage": .counts, "cost_nanodollars": .whole, "price_nanodollars": .whole, "prepaid": .truth,
            "reported_cost_nanodollars": .whole, "rate_card": .text, "duration_ms": .whole, "first_content_ms": .whole,
        ],
        optional: [
            "customer", "user", "route", "tags", "arm", "reported_cost_nanodollars", "first_content_ms",
        ])

    private static let filters: [(name: String, about: String)] = [
        ("key", "Lines of this key."), ("customer", "Of this customer."), ("user", "Of this user."),
        ("route", "Of requests to this route."), ("provider", "Of this provider."), ("model", "Of this model."),
        ("endpoint", "Of this endpoint, such as chat/completions."),
    ]

    private static let tag = AdminEndpoint.Parameter(
        name: "tag", place: .query, schema: .matching(TagQuery.pattern),
        about: "Of requests with this tag: team, or team=search.")

    static var ledger: [AdminEndpoint] {
        [
            AdminEndpoint(
                method: .get, path: "/ledger", role: .viewer,
                summary:
                    "Lines of the ledger, the newest first. A page may have fewer than asked for, or none, and another may follow. CSV has all of them, unless limit is given.",
                query: filters.map { .init(name: $0.name, place: .query, schema: .text, about: $0.about) } + [
                    tag,
                    .init(
                        name: "status", place: .query, schema: .choice(AttemptOutcome.allCases.map(\.rawValue)),
                        about: "That ended so."),
                    .init(name: "since", place: .query, schema: .time, about: "Booked from this time on."),
                    .init(name: "until", place: .query, schema: .time, about: "Booked before this time."),
                    .init(
                        name: "format", place: .query, schema: .choice(["json", "csv"]), about: "json unless given."),
                ] + pageQuery(.matching("^([1-9][0-9]{0,17}[.][0-9]{1,9})?$")), output: .page(line), hasCSV: true
            ) { call in
                let (query, limit, cursor) = (try query(of: call), try call.limit(100), call.text("cursor"))
                if try wantsCSV(call) {
                    let most = call.written("limit") == nil ? nil : limit
                    return AdminAnswer(
                        csv: try await LedgerExport(query, most: most, cursor: cursor, in: call.administration))
                }
                return AdminAnswer(
                    try await call.administration.ask { try $0.ledger(query, limit: limit, cursor: cursor) })
            },
            AdminEndpoint(
                method: .get, path: "/ledger/{request_id}", role: .viewer,
                summary: "All attempts of one request, the first one first.", output: .page(line)
            ) { call in
                let id = try call.path("request_id")
                return AdminAnswer(ListPage(data: try await call.administration.ask { try $0.attempts(of: id) }))
            },
        ]
    }

    private static func wantsCSV(_ call: AdminCall) throws -> Bool {
        switch call.written("format") {
        case nil, "json": return false
        case "csv": return true
        case let text?: throw AdministrationError(.invalid, "'format' is json or csv, not '\(text)'.")
        }
    }

    private static func query(of call: AdminCall) throws -> LedgerQuery {
        var query = LedgerQuery()
        query.key = call.text("key")
        query.customer = call.text("customer")
        query.user = call.text("user")
        query.tag = try call.written("tag").map { try TagQuery($0) }
        query.route = call.text("route")
        query.provider = call.text("provider")
        query.model = call.text("model")
        query.endpoint = call.text("endpoint")
        query.outcome = try call.written("status").map { text in
            guard let outcome = AttemptOutcome(rawValue: text) else {
                throw AdministrationError(
                    .invalid,
                    "'status' is one of \(AttemptOutcome.allCases.map(\.rawValue).joined(separator: ", ")), not '\(text)'."
                )
            }
            return outcome
        }
        query.since = try call.time("since")
        query.until = try call.time("until")
        return query
    }
}
