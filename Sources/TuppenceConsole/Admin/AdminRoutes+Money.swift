import NIOCore
import TuppenceAdministration
import TuppenceCore
import TuppenceGateway

extension AdminRoutes {
    private struct NewTopUp: Decodable {
        let note: String?
        let id: String?
        let overdraw: Bool?
    }

    /// A budget's balance in one window.
    static let account = Schema.object(
        [
            "name": .text, "account": .text, "scope": .text, "period": .text, "limit_nanodollars": .whole,
            "spent_nanodollars": .whole, "held_nanodollars": .whole, "remaining_nanodollars": .whole,
            "resets_at": .time, "trouble": .text,
        ], optional: ["resets_at", "trouble"])
    private static let hold = Schema.object([
        "request_id": .text, "attempt": .whole, "since": .time, "key": .text, "provider": .text, "model": .text,
        "endpoint": .text, "amount_nanodollars": .whole, "accounts": .list(.text), "expires_at": .time,
        "expires_in_ms": .whole,
    ])
    private static let group = Schema.object(
        [
            "key": .text, "customer": .text, "provider": .text, "model": .text, "family": .text, "route": .text,
            "user": .text, "tag": .text, "value": .text, "requests": .whole, "attempts": .whole,
            "input_tokens": .whole, "output_tokens": .whole, "cost_nanodollars": .whole,
        ], optional: ["key", "customer", "provider", "model", "family", "route", "user", "tag", "value"])

    private static let spend = Schema.object(
        [
            "budgets": .list(account), "keys": .list(group), "customers": .list(group), "providers": .list(group),
            "models": .list(group), "families": .list(group), "routes": .list(group), "users": .list(group),
            "tags": .list(group), "other_users": group, "other_tags": group, "counted_from": .time, "total": group,
            "held": .object(["count": .whole, "nanodollars": .whole]), "since": .time, "until": .time,
            "forecast": .object(
                [
                    "spent_nanodollars": .whole, "expected_nanodollars": .whole, "low_nanodollars": .whole,
                    "high_nanodollars": .whole, "days": .whole,
                ], optional: ["low_nanodollars", "high_nanodollars"]),
        ],
        optional: [
            "keys", "customers", "providers", "models", "families", "routes", "users", "tags", "other_users",
            "other_tags", "counted_from", "since", "until", "forecast",
        ])

    /// Of dollars, more or less than nothing.
    /// No more digits than the largest top-up has room for.
    private static let amount = Schema.either([
        .matching("^-?(?=.*[1-9])[0-9]{1,7}([.][0-9]{1,9})?$"), .ratio,
    ])
    private static let groups =
        "(key|customer|provider|model|family|route|user|tag(:[A-Za-z0-9_.:@+/-]{1,\(RequestTags.maximumLength)})?)"

    private static func dimensions(of call: AdminCall) throws -> [SpendingDimension] {
        guard let text = call.written("by") else { return [.sums(.key), .sums(.model)] }
        return try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
            guard let dimension = SpendingDimension(String(name)) else {
                throw AdministrationError(
                    .invalid,
                    "'by' has key, customer, provider, model, family, route, user, tag and tag:NAME, with commas; not '\(name)'."
                )
            }
            return dimension
        }
    }

    static var money: [AdminEndpoint] { [holds, spending, wallets, topUp] }

    private static var holds: AdminEndpoint {
        AdminEndpoint(
            method: .get, path: "/holds", role: .viewer, summary: "What is set aside, the oldest request first.",
            query: [.init(name: "key", place: .query, schema: .text, about: "Only holds of this key.")]
                + pageQuery(.listCursor),
            output: .page(hold)
        ) { call in
            let key = call.text("key")
            return try call.page(of: try await call.administration.ask { try $0.holds(key: key, at: call.now) }) {
                "\($0.requestId) \($0.attempt)"
            }
        }
    }

    private static var spending: AdminEndpoint {
        AdminEndpoint(
            method: .get, path: "/spend", role: .viewer,
            summary: "What has been spent, in whole hours, or whole days where keys or customers are told apart.",
            query: [
                .init(
                    name: "by", place: .query, schema: .matching("^\(groups)(,\(groups))*$"),
                    about:
                        "key, customer, provider, model, family, route, user, tag or tag:NAME, or several with commas; usually key,model. Users and tags of 5,000,000 attempts at the most."
                ),
                .init(name: "since", place: .query, schema: .time, about: "Booked from this time on."),
                .init(name: "until", place: .query, schema: .time, about: "Booked before this time."),
                .init(
                    name: "forecast", place: .query, schema: .truth,
                    about: "Whether to say what the present month will have cost at its end."),
            ], output: spend
        ) { call in
            let (dimensions, start, end) = (try dimensions(of: call), try call.time("since"), try call.time("until"))
            let forecasting = try call.truth("forecast")
            return AdminAnswer(
                try await call.administration.ask {
                    try $0.spending(
                        at: call.now, by: dimensions, from: start, until: end, forecasting: forecasting)
                })
        }
    }

    private static var wallets: AdminEndpoint {
        AdminEndpoint(
            method: .get, path: "/wallets", role: .viewer, summary: "What is left of what was paid in advance.",
            query: pageQuery(.listCursor),
            output: .page(
                .object(["customer": .text, "remaining_nanodollars": .whole, "held_nanodollars": .whole]))
        ) { call in
            try call.page(of: try await call.administration.ask { try $0.store.wallets().map(WalletLine.init) }) {
                $0.customer
            }
        }
    }

    private static var topUp: AdminEndpoint {
        AdminEndpoint(
            method: .post, path: "/wallets/{customer}/top-ups", role: .operator,
            summary:
                "Adds to a wallet, or takes back where the amount is below zero: more than there is only to overdraw. With the id of an earlier try it is booked once.",
            input: .object(
                ["amount_usd": amount, "note": .text, "id": .requestID, "overdraw": .truth],
                optional: ["note", "id", "overdraw"]),
            output: .object([
                "customer": .text, "remaining_nanodollars": .whole, "id": .text, "repeated": .truth,
            ]), status: .created
        ) { call in
            let customer = try call.path("customer")
            let input = try call.input(NewTopUp.self, members: ["amount_usd", "note", "id", "overdraw"])
            let amount = try AmountField(name: "amount_usd").amount(in: Array(buffer: call.body))
            let id = try input.id.map { text in
                guard let id = RequestID(text) else {
                    throw AdministrationError(.invalid, "'id' is none that an earlier try was given.")
                }
                return id
            }
            return AdminAnswer(
                try await call.administration.ask {
                    try $0.topUp(
                        customer, amount, note: input.note, id: id, mayOverdraw: input.overdraw ?? false,
                        by: call.actor, at: call.now)
                })
        }
    }
}
