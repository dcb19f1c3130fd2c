import Hummingbird
import TuppenceAdministration
import TuppenceCore
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
            let start = call.now + Milliseconds(-Int64(days.count) * 86_400_000)
            let beginning = try await call.administration.ask { try $0.beginning(from: start) }
            return pages.experiments(
                ExperimentsPage(
                    told, beginning: beginning, running: gateway.loaded.configuration.policy.routes.values, days,
                    for: call.reader(at: .experiments), at: call.now))
        }
    }
}
