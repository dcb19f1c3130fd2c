import Hummingbird
import TuppenceAdministration
import TuppenceGateway

/// The routes as they stand, and where a request would go.
struct RoutesRoute {
    let gateway: Gateway
    /// One that may be busy for a moment without sign-in waiting for it: a large request is made up and looked at.
    let administration: AdministrationQueue
    let pages: Pages

    func add(to routes: PageRoutes) {
        routes.get("/routes") { call in
            let states = RouteState.all(of: gateway.loaded.configuration, by: TargetBoards(gateway), at: call.now)
            return pages.routes(RoutesPage(states, for: call.reader(at: .routes), at: call.now))
        }
        routes.get("/routes/explain") { call in try await explain(call) }
    }

    private func explain(_ call: PageCall) async throws -> Response {
        let question = ExplainQuestion(call)
        let keys = try await call.administration.ask { try $0.keys(at: call.now).map(\.name) }
        func page(_ answer: RouteAnswer?, problem: String? = nil) -> Response {
            let isWrong = problem != nil || question.inputFault != nil || question.outputFault != nil
            return pages.explain(
                ExplainPage(
                    question, answer, problem: problem,
                    models: gateway.loaded.configuration.policy.routes.keys.sorted(), keys: keys,
                    for: call.reader(at: .whatIf)),
                status: isWrong ? .unprocessableContent : .ok)
        }
        guard let sketch = question.sketch else { return page(nil) }
        let key = question.key.isEmpty ? nil : question.key
        do {
            return page(
                try await administration.ask { try $0.explanation(of: sketch, key: key, boards: TargetBoards(gateway)) }
            )
        } catch let error as AdministrationError {
            return page(nil, problem: error.description)
        }
    }
}
