import Hummingbird
import TuppenceAdministration
import TuppenceCore
import TuppenceGateway
import TuppenceServer

/// The first page: what was spent, on what, for whom, and whether anything is wrong.
struct OverviewRoute {
    let gateway: Gateway
    let desk: AdministrationDesk
    let pages: Pages

    func add(to router: Router<ConsoleContext>) {
        router.get("/") { _, context in
            guard let identity = context.identity else { return Response.redirect(to: "/signin") }
            let now = WallClock.now
            let overview = try await desk.ask { try $0.overview(at: now) }
            let routes = gateway.loaded.configuration.policy.routes.values
            let targets = Set(routes.flatMap(\.everyCandidate).map(\.target))
            return pages.overview(
                OverviewPage(
                    overview, gateway.plane.health.situations(of: targets, at: now),
                    isWritable: gateway.ledger.isHealthy, for: identity, at: now))
        }
    }
}
