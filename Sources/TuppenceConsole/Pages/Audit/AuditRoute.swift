import Hummingbird
import TuppenceAdministration

/// Who changed what, the newest first; for whoever may look, as in the admin API.
struct AuditRoute {
    let pages: Pages

    func add(to routes: PageRoutes) {
        routes.get("/audit") { call in
            let cursor = call.text("cursor")
            let found = try await call.administration.ask { try $0.audit(limit: AuditPage.size, cursor: cursor) }
            return pages.audit(AuditPage(found, cursor: cursor, for: call.reader(at: .audit)))
        }
    }
}
