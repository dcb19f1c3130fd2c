import TuppenceCore
import TuppenceDialects

/// `POST /v1/messages/count_tokens` where nobody on the route counts tokens for us.
enum TokenCount {
    /// Our own estimate of the request's input.
    ///
    /// - Returns: nil where a target of the route counts itself, which costs nothing.
    static func answer(_ pending: PendingRequest, key: Key, in snapshot: GatewaySnapshot) throws(Refusal)
        -> LocalAnswer?
    {
        let request = try pending.withBody { (bytes) throws(Refusal) in try OpenAIRequest(bytes, endpoint: .countTokens)
        }
        let route = try snapshot.route(for: request.model)
        try snapshot.check(key, mayUse: request.model)
        if route.choices.contains(where: { snapshot.countsTokens($0.candidate.target) }) { return nil }
        return LocalAnswer(json: Array("{\"input_tokens\":\(request.inputEstimate)}".utf8))
    }
}

extension GatewaySnapshot {
    /// Whether `target` has an address that counts the tokens of a request.
    func countsTokens(_ target: Target) -> Bool {
        providers[target.provider]?.takesBytes(of: .countTokens) == true
    }
}
