import TuppenceCore
import TuppenceUpstream

/// Where requests are likely to go first.
extension GatewaySnapshot {
    /// A loop keeps a connection open to so many origins at the most.
    private static let mostWarm = 32

    /// The providers of the likeliest targets of each route, the likeliest of all routes first; and those that no route
    /// leads to, which are there to be named.
    func endpointsToKeepWarm(targets count: Int) -> [UpstreamEndpoint] {
        guard count > 0 else { return [] }
        let routes = policy.routes.values.sorted { $0.name < $1.name }
        let likeliest = routes.map { $0.likeliest(count).map(\.provider) }
        let routed = Set(routes.flatMap { $0.choices.map(\.candidate.target.provider) })
        var order = (0..<count).flatMap { place in likeliest.compactMap { $0.dropFirst(place).first } }
        order += providers.keys.filter { !routed.contains($0) }.sorted()
        var seen: Set<String> = []
        return order.filter { seen.insert($0).inserted }.prefix(Self.mostWarm).compactMap { providers[$0]?.endpoint }
    }
}
