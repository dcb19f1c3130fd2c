import TuppenceCore
import TuppenceDialects

/// Which targets of a route can take a request, as far as that lies with their providers.
extension GatewaySnapshot {
    /// What stands between a target and a request to `endpoint`. Whoever is not connected is found out later.
    func obstacle(to endpoint: GovernedEndpoint, hasTextFiles: Bool, at candidate: Candidate) -> Obstacle? {
        providers[candidate.target.provider]?.obstacle(to: endpoint, hasTextFiles: hasTextFiles, at: candidate)
    }
}

extension ConnectedProvider {
    /// See ``Provider``; what it serves is known here.
    func obstacle(to endpoint: GovernedEndpoint, hasTextFiles: Bool, at candidate: Candidate) -> Obstacle? {
        guard serves(endpoint) else { return .noEndpoint(endpoint.offer) }
        return hasTextFiles ? provider.obstacle(to: endpoint, hasTextFiles: true, at: candidate) : nil
    }
}
