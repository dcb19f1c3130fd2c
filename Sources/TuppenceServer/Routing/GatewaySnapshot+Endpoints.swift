import TuppenceCore
import TuppenceDialects

/// Which targets of a route have the endpoint that a request is for.
extension GatewaySnapshot {
    /// What stands between a target and a request to `endpoint`. Whoever is not connected is found out later.
    func obstacle(to endpoint: OpenAIEndpoint, at candidate: Candidate) -> Obstacle? {
        guard let provider = providers[candidate.target.provider], !provider.serves(endpoint) else { return nil }
        return .noEndpoint(endpoint.rawValue)
    }
}
