import TuppenceCore

/// An explanation as programs get it, from `POST /v1/quote` and from the command alike. Amounts are USD, and what the caller
/// is charged.
extension RouteExplanation {
    /// - Parameters:
    ///   - model: what the request calls the route.
    ///   - endpoint: the path below `/v1/`.
    package func json(model: String, endpoint: String) -> [UInt8] {
        var json = JSONObject()
        json.add("object", "quote")
        json.add("model", model)
        json.add("endpoint", endpoint)
        if let arm { json.add("arm", arm) }
        json.add("strategy", route.strategy.rawValue)
        if let stickiness = route.stickiness { json.add("sticky", stickiness.rawValue) }
        json.add("needs", demand.needs.union(route.required).names)
        json.add("input_tokens", Int64(demand.inputEstimate))
        json.add("complexity", complexity.json)
        add(outcome, to: &json)
        json.add("targets", lines.map { $0.json(isChosen: $0.candidate.target == chosen) })
        return json.bytes
    }

    /// Where it would go; nil where it would go nowhere.
    package var chosen: Target? {
        guard case .sent(let attempt, _) = outcome else { return nil }
        return attempt.candidate.target
    }

    private func add(_ outcome: Outcome, to json: inout JSONObject) {
        switch outcome {
        case .sent(let attempt, let degradedTo):
            json.add("target", attempt.candidate.target.description)
            json.add("max_tokens", attempt.outputLimit.map(Int64.init))
            if attempt.isClamped { json.add("clamped", true) }
            if let degradedTo { json.add("degraded", degradedTo) }
            json.add("most_usd", attempt.hold.price)
        case .refused(let refusal):
            json.add("target", nil as String?)
            var error = JSONObject()
            error.add("code", refusal.code.name)
            error.add("status", Int64(refusal.code.status))
            error.add("message", refusal.message)
            json.add("error", error)
        }
    }
}

extension Complexity {
    fileprivate var json: JSONObject {
        var json = JSONObject()
        json.add("score", Int64(score))
        json.add(
            "reasons",
            reasons.map { reason, points in
                var line = JSONObject()
                line.add("points", Int64(points))
                line.add("reason", reason.description)
                return line
            })
        return json
    }
}

extension RouteExplanation.Line {
    fileprivate func json(isChosen: Bool) -> JSONObject {
        var json = JSONObject()
        json.add("target", candidate.target.description)
        json.add("verdict", verdict(isChosen: isChosen))
        json.add("place", place.map(Int64.init))
        if let blocker {
            json.add("reason", blocker.name)
            json.add("reason_text", blocker.text)
        }
        if !remarks.isEmpty { json.add("remarks", remarks.map(\.rawValue)) }
        json.add("tier", tier.rawValue)
        json.add("priority", Int64(priority))
        json.add("weight", Int64(weight))
        if let upTo { json.add("up_to", Int64(upTo)) }
        json.add("expected_usd", expectedPrice)
        json.add("most_usd", mostPrice)
        json.add("expected_input_tokens", Int64(expectedUsage.totalInput))
        json.add("most_input_tokens", Int64(most.inputTokens))
        json.add("expected_output_tokens", Int64(expectedUsage.totalOutput))
        json.add("max_tokens", outputLimit.map(Int64.init))
        json.add("context_length", candidate.contextLength.map(Int64.init))
        if case .known(let wait, _) = wait { json.add("expected_wait_ms", wait.count) }
        return json
    }

    /// `chosen`, `next` for one that would be tried after that, or `dropped`.
    package func verdict(isChosen: Bool) -> String { isChosen ? "chosen" : isOpen ? "next" : "dropped" }
}
