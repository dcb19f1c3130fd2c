import NIOCore
import TuppenceCore
import TuppenceDialects

/// What programs are told of their holds. Amounts are USD.
enum MeterAnswer {
    static func held(_ asked: MeteredAsk, remaining: Money?) -> LocalAnswer {
        var json = object(OpenHold(asked.hold), status: "held")
        if let limit = asked.outputLimit { json.add("max_tokens", Int64(limit)) }
        if asked.isClamped { json.add("clamped", true) }
        json.add("remaining_usd", remaining)
        var answer = Self.answer(json, of: asked.hold.attempt.request, status: 201, fields: (nil, remaining))
        if asked.isClamped, let limit = asked.outputLimit {
            answer.fields.writeField("x-tuppence-clamped-max-tokens", limit)
        }
        return answer
    }

    static func settled(_ entry: LedgerEntry, late: Bool, remaining: Money?, already: Bool) -> LocalAnswer {
        var json = JSONObject()
        json.add("id", MeterCall.text(of: entry.attempt.request))
        json.add("object", "hold")
        json.add("status", "settled")
        json.add("model", entry.target.description)
        add(entry, late: late, to: &json)
        json.add("remaining_usd", remaining)
        if already { json.add("already_settled", true) }
        return answer(json, of: entry.attempt.request, fields: (entry.price, remaining))
    }

    static func shown(_ found: FoundHold) -> LocalAnswer {
        let status = found.settled != nil ? "settled" : found.entry != nil ? "expired" : "held"
        var json = object(found.hold, status: status)
        if let entry = found.settled { add(entry, late: found.late != nil, to: &json) }
        return answer(json, of: found.hold.attempt.request, fields: (nil, nil))
    }

    private static func object(_ hold: OpenHold, status: String) -> JSONObject {
        var json = JSONObject()
        json.add("id", MeterCall.text(of: hold.attempt.request))
        json.add("object", "hold")
        json.add("status", status)
        json.add("model", hold.target.description)
        json.add("amount_usd", hold.amount)
        json.add("expires_at", hold.expiresAt.seconds)
        return json
    }

    private static func add(_ entry: LedgerEntry, late: Bool, to json: inout JSONObject) {
        json.add("cost_usd", entry.cost)
        if entry.price != entry.cost { json.add("charged_usd", entry.price) }
        json.add("late", late)
    }

    private static func answer(
        _ json: JSONObject, of id: RequestID, status: Int = 200, fields: (cost: Money?, remaining: Money?)
    ) -> LocalAnswer {
        var answer = LocalAnswer(status: status, json: json.bytes)
        // The ledger's line has the same id.
        answer.requestID = id
        if let cost = fields.cost { answer.fields.writeField("x-tuppence-cost-usd", cost.usd) }
        if let remaining = fields.remaining {
            answer.fields.writeField("x-tuppence-budget-remaining-usd", remaining.usd)
        }
        return answer
    }
}

/// `GET /v1/usage`.
enum UsageAnswer {
    static func json(_ usage: KeyUsage, key: String, claims: [BudgetClaim], wallet: BudgetClaim?) -> [UInt8] {
        var json = JSONObject()
        json.add("object", "usage")
        json.add("key", key)
        json.add("today", object(usage.spending.today))
        json.add("month", object(usage.spending.month))
        json.add("total", object(usage.spending.total))
        let models = usage.spending.models.map { ($0.description, $1) }
            .sorted { ($1.1.cost, $0.0) < ($0.1.cost, $1.0) }
        json.add("models", models.map { object($1, model: $0) })
        json.add("held_usd", usage.holds.reduce(Money.zero) { $0 + $1.amount })
        json.add("holds", usage.holds.map(object))
        json.add("budgets", claims.map { object($0, usage.balances[$0.account] ?? Balance()) })
        if let wallet {
            let balance = usage.balances[wallet.account] ?? Balance()
            var object = JSONObject()
            object.add("customer", String(wallet.account.name.dropFirst(BudgetAccount.walletPrefix.count)))
            object.add("held_usd", balance.held)
            object.add("remaining_usd", Money.zero - balance.spent - balance.held)
            json.add("wallet", object)
        }
        return json.bytes
    }

    private static func object(_ spending: Spending) -> JSONObject { object(spending, model: nil) }

    private static func object(_ spending: Spending, model: String?) -> JSONObject {
        var json = JSONObject()
        if let model { json.add("model", model) }
        json.add("requests", Int64(spending.requests))
        json.add("attempts", Int64(spending.attempts))
        json.add("input_tokens", Int64(spending.input))
        json.add("output_tokens", Int64(spending.output))
        // As everywhere, callers see what they are charged.
        json.add("cost_usd", spending.price)
        return json
    }

    /// Holds of requests that the gateway has in flight itself are among them; only a program's own can be settled.
    private static func object(_ hold: OpenHold) -> JSONObject {
        var json = JSONObject()
        let isOwn = hold.attribution.endpoint == MeteredHold.endpoint
        json.add("id", isOwn ? MeterCall.text(of: hold.attempt.request) : hold.attempt.request.description)
        json.add("model", hold.target.description)
        json.add("amount_usd", hold.amount)
        json.add("expires_at", hold.expiresAt.seconds)
        return json
    }

    private static func object(_ claim: BudgetClaim, _ balance: Balance) -> JSONObject {
        var json = JSONObject()
        json.add("name", claim.rule.name)
        json.add("account", claim.account.name)
        json.add("scope", claim.rule.scopeText)
        json.add("period", claim.rule.period.rawValue)
        json.add("limit_usd", claim.limit)
        json.add("spent_usd", balance.spent)
        json.add("held_usd", balance.held)
        json.add("remaining_usd", balance.available(under: claim.limit))
        json.add("resets_at", claim.resetsAt.map(\.iso8601))
        return json
    }
}
