import Hummingbird
import TuppenceAdministration
import TuppenceGateway

/// What is tried out on routes, and what the ledger says of it.
struct ExperimentsRoute {
    let gateway: Gateway
    /// One that may be busy for a while without anybody else waiting for it.
    let desk: AdministrationDesk
    let pages: Pages

    func add(to routes: PageRoutes) {
        routes.get("/experiments") { call in
            let days = try ExperimentDays(call.text("days"))
            let start = days.start(before: call.now)
            let report = try await desk.ask { try $0.routeReport(from: start, until: call.now) }
            return pages.experiments(
                ExperimentsPage(
                    report.experiments, running: gateway.loaded.configuration.policy.routes.values, days,
                    for: call.reader(at: .experiments), at: call.now))
        }
    }
}
