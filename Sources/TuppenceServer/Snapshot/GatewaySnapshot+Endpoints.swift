import TuppenceCore
import TuppenceDialects

/// Which targets of a route can take a request, as far as that lies with their providers.
extension GatewaySnapshot {
    /// What stands between a target and a request. Whoever is not connected is found out later.
    func obstacle(to asks: ProviderAsks, at candidate: Candidate) -> Obstacle? {
        providers[candidate.target.provider]?.obstacle(to: asks, at: candidate)
    }
}

extension ConnectedProvider {
    /// See ``Provider``; what it serves is known here.
    func obstacle(to asks: ProviderAsks, at candidate: Candidate) -> Obstacle? {
        guard serves(asks.endpoint) else { return .noEndpoint(asks.endpoint.offer) }
        return asks.hasTextFiles || asks.isFaster ? provider.obstacle(to: asks, at: candidate) : nil
    }
}
