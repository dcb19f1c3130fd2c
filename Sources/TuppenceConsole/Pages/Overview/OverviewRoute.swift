import Hummingbird
import TuppenceCore
import TuppenceGateway

/// The first page: what was spent, on what, for whom, and whether anything is wrong.
struct OverviewRoute {
    let gateway: Gateway
    let pages: Pages

    func add(to routes: PageRoutes) {
        routes.get("/") { call in
            let now = call.now
            let overview = try await call.administration.ask { try $0.overview(at: now) }
            let routes = gateway.loaded.configuration.policy.routes.values
            let targets = Set(routes.flatMap(\.everyCandidate).map(\.target))
            return pages.overview(
                OverviewPage(
                    overview, gateway.plane.health.situations(of: targets, at: now),
                    isWritable: gateway.ledger.isHealthy, for: call.identity, at: now))
        }
    }
}
