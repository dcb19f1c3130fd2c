import HTTPTypes
import Hummingbird
import TuppenceAdministration
import TuppenceGateway

/// The admin API, `/admin/v1`.
struct AdminRoutes {
    let endpoints: [AdminEndpoint]
    let administration: AdministrationQueue
    private let document: String

    init(
        gateway: Gateway, administration: AdministrationQueue, reports: ExperimentReports, reload: ConfigurationReload,
        version: String
    ) {
        let books = Self.keys + Self.budgets + Self.money + Self.customers + Self.prices + Self.ledger
        endpoints =
            Self.tokens + books + Self.refusals(gateway) + Self.providers(gateway)
            + Self.routes(gateway) + Self.experiments(reports) + Self.notices(gateway)
            + Self.configuration(reload)
        self.administration = administration
        document = OpenAPIDocument(endpoints: endpoints, version: version).json
    }

    /// Those that anybody may try: https://www.rfc-editor.org/rfc/rfc9110#section-9.1, RFC 5789 and the draft of QUERY.
    private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"]
        .compactMap { HTTPRequest.Method(rawValue: $0) }

    func add(to router: Router<ConsoleContext>) {
        let (administration, document) = (administration, document)
        router.get("/admin/v1/openapi.json") { _, _ in Response.json(document) }
        for endpoint in endpoints {
            router.on(endpoint.routerPath, method: endpoint.method) { request, context in
                let identity =
                    endpoint.changesSomething
                    ? try context.identity(
                        atLeast: endpoint.role, changingWith: request, formToken: request.headers[.formToken])
                    : try context.identity(atLeast: endpoint.role)
                let answer = try await endpoint.answer(AdminCall(request, context, identity, administration))
                return answer.response(endpoint.status)
            }
        }
        for (path, served) in Dictionary(grouping: endpoints, by: \.path) {
            let methods = Set(served.map(\.method))
            for method in Self.methods where !methods.contains(method) {
                router.on(served[0].routerPath, method: method) { _, _ -> Response in
                    throw ConsoleError.methodNotAllowed(path, methods)
                }
            }
        }
    }
}
