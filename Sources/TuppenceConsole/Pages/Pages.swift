import Hummingbird
import Mustache
import TuppenceAnalysis

/// The console's pages, written here on the server. What is put into them is escaped by the templates.
struct Pages: Sendable {
    private let templates: MustacheLibrary

    /// The library's own escaping looks at characters: a mark that joins itself to the `<` behind it would hide that.
    private struct EscapedText: MustacheContentType {
        func escapeText(_ text: String) -> String { htmlText(text) }
    }

    init() {
        // By what each template names first.
        MustacheContentTypes.register(EscapedText(), named: "ESCAPED")
        do {
            templates = MustacheLibrary(
                templates: try [
                    "frame": MustacheTemplate(string: PageText.frame),
                    "signin": MustacheTemplate(string: PageText.signIn),
                    "bar": MustacheTemplate(string: PageText.bar),
                    "field": MustacheTemplate(string: PageText.field),
                    "choice": MustacheTemplate(string: PageText.choice),
                    "trouble": MustacheTemplate(string: PageText.trouble),
                    "overview": MustacheTemplate(string: PageText.overview),
                    "spending": MustacheTemplate(string: PageText.spending),
                    "requests": MustacheTemplate(string: PageText.requests),
                    "request": MustacheTemplate(string: PageText.request),
                    "routes": MustacheTemplate(string: PageText.routes),
                    "explain": MustacheTemplate(string: PageText.explain),
                    "experiments": MustacheTemplate(string: PageText.experiments),
                    "playground": MustacheTemplate(string: PageText.playground),
                    "alerts": MustacheTemplate(string: PageText.alerts),
                    "audit": MustacheTemplate(string: PageText.audit),
                    "keys": MustacheTemplate(string: PageText.keys),
                    "budgets": MustacheTemplate(string: PageText.budgets),
                    "customers": MustacheTemplate(string: PageText.customers),
                    "top-up": MustacheTemplate(string: PageText.topUp),
                    "budget-form": MustacheTemplate(string: PageText.budgetForm),
                ])
        } catch {
            preconditionFailure("a template of the console cannot be read: \(error)")
        }
    }

    private struct SignIn {
        let title = "Sign in"
        let reader: Reader? = nil
        let problem: String?
    }

    func signIn(problem: ConsoleError? = nil) -> Response {
        var response = page("signin", SignIn(problem: problem?.message), status: problem?.status ?? .ok)
        for field in problem?.fields ?? [:] where field.name != .wwwAuthenticate { response.headers.append(field) }
        return response
    }

    func overview(_ overview: OverviewPage) -> Response { page("overview", overview) }

    func spending(_ spending: SpendingPage, status: HTTPResponse.Status) -> Response {
        page("spending", spending, status: status)
    }

    func routes(_ routes: RoutesPage) -> Response { page("routes", routes) }

    func explain(_ explain: ExplainPage, status: HTTPResponse.Status) -> Response {
        page("explain", explain, status: status)
    }

    func experiments(_ experiments: ExperimentsPage) -> Response { page("experiments", experiments) }

    func playground(_ playground: PlaygroundPage) -> Response { page("playground", playground) }

    func alerts(_ alerts: AlertsPage) -> Response { page("alerts", alerts) }

    func audit(_ audit: AuditPage) -> Response { page("audit", audit) }

    func keys(_ keys: KeysPage, status: HTTPResponse.Status) -> Response { page("keys", keys, status: status) }

    func budgets(_ budgets: BudgetsPage) -> Response { page("budgets", budgets) }

    func budgetForm(_ form: BudgetFormPage, status: HTTPResponse.Status) -> Response {
        page("budget-form", form, status: status)
    }

    func customers(_ customers: CustomersPage) -> Response { page("customers", customers) }

    func topUp(_ form: TopUpPage, status: HTTPResponse.Status) -> Response { page("top-up", form, status: status) }

    func requests(_ requests: RequestsPage, status: HTTPResponse.Status = .ok) -> Response {
        page("requests", requests, status: status)
    }

    func request(_ request: RequestPage) -> Response {
        page("request", request, status: request.isUnknown ? .notFound : .ok)
    }

    func trouble(_ error: ConsoleError, for identity: Identity) -> Response {
        let reader = Reader(identity, at: nil)
        return page("trouble", TroublePage(reader: reader, trouble: error.message), status: error.status)
    }

    private func page(_ template: String, _ values: Any, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text(template, values))))
    }

    func text(_ template: String, _ values: Any) -> String {
        guard let text = templates.render(values, withTemplate: template) else {
            preconditionFailure("there is no template \(template)")
        }
        return text
    }
}
