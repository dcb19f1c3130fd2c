import Hummingbird
import TuppenceAdministration
import TuppenceCore
import TuppenceGateway

/// The playground: a request sent by hand, with a key that pays for it.
struct PlaygroundRoute {
    let gateway: Gateway
    let administration: AdministrationQueue
    let pages: Pages

    func add(to routes: PageRoutes, and router: Router<ConsoleContext>) {
        routes.get("/playground") { call in page(call) }
        // From the page that shows a new key, so that it need not be copied by hand.
        routes.post("/playground") { call, form in page(call, key: form.text("key")) }
        let relay = PlaygroundRelay(gateway: gateway)
        router.post("/playground/send") { request, context in
            _ = try context.identity(
                atLeast: .operator, changingWith: request, formToken: request.headers[.formToken])
            return relay.answer(to: request, upTo: context.maxUploadSize)
        }
        router.get("/playground/settlements/{id}") { _, context in
            _ = try context.identity(atLeast: .operator)
            guard let id = context.parameters.get("id").flatMap({ RequestID($0) }) else {
                throw AdministrationError(.notFound, "There is no such request.")
            }
            let records = try await administration.ask { try $0.records(of: id) }
            return Response.json(ConsoleJSON.text(PlaygroundSettlement(records)))
        }
    }

    private func page(_ call: PageCall, key: String = "") -> Response {
        let models = gateway.loaded.configuration.policy.routes.keys.sorted()
        return pages.playground(
            PlaygroundPage(
                key: key, model: call.text("model") ?? models.first ?? "", models: models,
                for: call.reader(at: .playground)))
    }
}
