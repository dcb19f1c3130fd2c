import TuppenceCore
import TuppenceDialects

/// `POST /v1/messages/count_tokens`, `/v1/responses/input_tokens` and Gemini's `:countTokens`, where nobody on the route counts
/// tokens for us.
enum TokenCount {
    /// Our own estimate of the request's input.
    static func estimate(_ pending: PendingRequest, _ endpoint: GovernedEndpoint) throws(Refusal) -> LocalAnswer {
        let count = try pending.scan(endpoint).inputEstimate
        return switch endpoint {
        case .countContentTokens: LocalAnswer(json: GeminiTokenCount.writeAnswer(count))
        case .countInputTokens: LocalAnswer(json: ResponsesTokenCount.writeAnswer(count))
        default: LocalAnswer(json: JSONWriter.object(reserving: 32) { $0.member("input_tokens", count) })
        }
    }
}

extension GatewaySnapshot {
    /// Whether `target` has an address that counts the tokens of a request of the endpoint's dialect.
    func counts(_ target: Target, for endpoint: GovernedEndpoint) -> Bool {
        endpoint.isCount && providers[target.provider]?.takesBytes(of: endpoint) == true
    }
}
