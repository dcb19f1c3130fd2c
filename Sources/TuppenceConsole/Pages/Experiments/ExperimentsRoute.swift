import Hummingbird
import TuppenceAdministration
import TuppenceGateway

/// What is tried out on routes, and what the ledger says of it.
struct ExperimentsRoute {
    let gateway: Gateway
    let reports: ExperimentReports
    let pages: Pages

    func add(to routes: PageRoutes) {
        routes.get("/experiments") { call in
            let days = try ExperimentDays(call.text("days"))
            let told = try await reports.reports(of: days, at: call.now)
            return pages.experiments(
                ExperimentsPage(
                    told, running: gateway.loaded.configuration.policy.routes.values, days,
                    for: call.reader(at: .experiments), at: call.now))
        }
    }
}
