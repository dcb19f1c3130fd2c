import Hummingbird
import TuppenceAdministration
import TuppenceCore
import TuppenceGateway

/// The keys: to look at, to make, to give another secret, to disable and to enable.
struct KeysRoute {
    let gateway: Gateway
    let pages: Pages

    func add(to routes: PageRoutes) {
        routes.get("/keys") { call in try await page(call) }
        routes.post("/keys") { call, form in
            let name = form.text("name")
            do {
                let made = try await call.administration.ask { try $0.createKey(name, by: call.actor, at: call.now) }
                return try await page(call, made: made)
            } catch let error as AdministrationError {
                return try await page(call, newName: name, fault: error)
            }
        }
        routes.post("/keys/{name}/rotate") { call, form in
            let name = try call.path("name")
            guard let hours = Int64(form.text("overlap")), (0...720).contains(hours) else {
                throw AdministrationError(
                    .invalid, "How long the present secret counts is a number of hours, 720 at the most.")
            }
            let made = try await call.administration.ask {
                try $0.rotateKey(name, overlap: .seconds(hours * 3_600), of: form.version, by: call.actor, at: call.now)
            }
            return try await page(call, made: made)
        }
        for (word, disabled) in [("disable", true), ("enable", false)] {
            routes.post(RouterPath("/keys/{name}/\(word)")) { call, form in
                let name = try call.path("name")
                try await call.administration.ask {
                    try $0.setKey(name, disabled: disabled, of: form.version, by: call.actor, at: call.now)
                }
                return .seeing("/keys")
            }
        }
    }

    private func page(
        _ call: PageCall, made: NewKey? = nil, newName: String = "", fault: AdministrationError? = nil
    ) async throws -> Response {
        let month = BudgetWindow(.month, containing: call.now).start
        let (keys, spending) = try await call.administration.ask {
            (try $0.keys(at: call.now), try $0.store.spending(by: [.key], from: month)[.key] ?? [])
        }
        let shown = made.map { made in
            KeysPage.Made(
                keyName: made.name, secret: made.key, request: request(made.key),
                until: made.formerUntil.flatMap { $0 > call.now.iso8601 ? $0 : nil })
        }
        return pages.keys(
            KeysPage(
                keys, spending: spending, made: shown, newName: newName, fault: fault?.description,
                for: call.reader(at: .keys), at: call.now),
            status: made != nil ? .created : fault.map { ConsoleError($0)?.status ?? .badRequest } ?? .ok)
    }

    /// A request to paste.
    private func request(_ key: String) -> String {
        let configuration = gateway.loaded.configuration
        let server = configuration.server
        let base = "\(server.tls == nil ? "http" : "https")://\(server.listenHost):\(gateway.plane.port)"
        let model = configuration.policy.routes.keys.sorted().first ?? "provider/model"
        return
            "curl -sS \(base)/v1/chat/completions -H 'Authorization: Bearer \(key)' -H 'Content-Type: application/json' "
            + "-d '{\"model\": \"\(model)\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}'"
    }
}
