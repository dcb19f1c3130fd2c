import HTTPTypes
import Hummingbird
import Logging
import TuppenceAdministration

/// Where pages for those who are signed in are added, and what is answered where one can't be shown.
struct PageRoutes {
    private let router: Router<ConsoleContext>
    private let administration: AdministrationQueue
    private let answers: PageAnswers

    init(router: Router<ConsoleContext>, administration: AdministrationQueue, pages: Pages, logger: Logger) {
        self.router = router
        self.administration = administration
        answers = PageAnswers(pages: pages, logger: logger)
    }

    func get(_ path: RouterPath, answer: @escaping @Sendable (PageCall) async throws -> Response) {
        router.get(path) { [administration, answers] request, context in
            guard let identity = context.identity else { return Response.redirect(to: "/signin") }
            let call = PageCall(request, context, identity, administration)
            return try await answers.answering(request, identity) { try await answer(call) }
        }
    }

    /// What a form of a page asks for, which changes something.
    func post(
        _ path: RouterPath, role: OperatorRole = .operator,
        answer: @escaping @Sendable (PageCall, PageForm) async throws -> Response
    ) {
        router.post(path) { [administration, answers] request, context in
            guard let identity = context.identity else { return Response.redirect(to: "/signin") }
            let call = PageCall(request, context, identity, administration)
            return try await answers.answering(request, identity) {
                let form = try await PageForm(request, context)
                _ = try context.identity(atLeast: role, changingWith: request, formToken: form["csrf"])
                return try await answer(call, form)
            }
        }
    }
}

/// What is answered instead of a page that can't be shown: one that says why.
private struct PageAnswers {
    let pages: Pages
    let logger: Logger

    func answering(
        _ request: Request, _ identity: Identity, _ answer: () async throws -> Response
    ) async throws -> Response {
        do { return try await answer() } catch {
            guard let known = ConsoleError(error) else { throw error }
            if known.status.kind == .serverError {
                logger.error(
                    "the console could not answer", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            }
            return pages.trouble(known, for: identity)
        }
    }
}

extension Response {
    /// To another page of this host, which is asked for anew.
    static func seeing(_ path: String) -> Response { .redirect(to: path, type: .normal) }
}
