import Hummingbird
import TuppenceGateway

/// What people were told of late: what happened, what to do, and whether a webhook took it.
struct AlertsRoute {
    let gateway: Gateway
    let pages: Pages

    func add(to routes: PageRoutes) {
        routes.get("/alerts") { call in
            pages.alerts(AlertsPage(await gateway.dispatcher.told(), for: call.reader(at: .alerts), at: call.now))
        }
    }
}
