import Hummingbird
import TuppenceAdministration
import TuppenceCore
import TuppenceGateway

/// The request explorer: what was asked, where it went, what it cost and what was refused; and one request in full.
struct RequestsRoute {
    let gateway: Gateway
    let pages: Pages

    func add(to routes: PageRoutes) {
        routes.get("/requests") { call in
            if let text = call.text("id"), let id = RequestID(text) { return Response.seeing("/requests/\(id)") }
            let question = RequestsQuestion(call)
            do {
                let (query, kinds, place) = try question.read()
                let refused = kinds == .booked ? [] : await gateway.plane.refusals()
                let found = try await call.administration.ask {
                    try $0.requests(query, kinds, refused: refused, from: place, limit: RequestsPage.size)
                }
                return pages.requests(RequestsPage(question, found, for: call.identity))
            } catch let error as AdministrationError {
                let page = RequestsPage(question, nil, problem: error.description, for: call.identity)
                return pages.requests(page, status: .unprocessableContent)
            }
        }
        routes.get(RouterPath(RequestsQuestion.exportPath)) { call in
            let (query, kinds, _) = try RequestsQuestion(call).read()
            guard kinds != .refused else {
                throw AdministrationError(.invalid, "What was refused is not in the ledger, of which the CSV is.")
            }
            return try await LedgerExport(query, most: nil, cursor: nil, in: call.administration).response()
        }
        routes.get("/requests/{id}") { call in
            let text = try call.path("id")
            guard let id = RequestID(text) else {
                return pages.request(RequestPage(text, nil, nil, for: call.identity))
            }
            let refused = await gateway.plane.refusals().first { $0.id == id }
            let (records, beginning) = try await call.administration.ask {
                (try $0.records(of: id), try $0.beginning(from: id.time))
            }
            return pages.request(RequestPage(text, records, refused, beginning: beginning, for: call.identity))
        }
    }
}
