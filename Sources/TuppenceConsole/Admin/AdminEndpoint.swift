import HTTPTypes
import Hummingbird
import TuppenceAdministration

/// One thing that the admin API does. What is served, who may have it done and what the OpenAPI document says all come from here.
struct AdminEndpoint: Sendable {
    /// Something in the path or behind the question mark.
    struct Parameter: Sendable {
        enum Place: String, Sendable {
            case path, query, header
        }

        let name: String
        let place: Place
        let schema: Schema
        let about: String
    }

    enum Versioning: Sendable {
        case none
        /// What is not said may be any.
        case possible
        case required
    }

    let method: HTTPRequest.Method
    /// Below `/admin/v1`; what varies stands in braces.
    let path: String
    /// The least role that may.
    let role: OperatorRole
    let summary: String
    var query: [Parameter] = []
    /// What is sent with it; nil where nothing is.
    var input: Schema?
    /// Whether nothing may be sent in its place, which says as much as `{}`.
    var mayLackInput = false
    let output: Schema
    var status = HTTPResponse.Status.ok
    /// Whether who asks for it says in `If-Match` which version is meant of what is changed.
    var versioning = Versioning.none
    /// Whether it tells the same as CSV, where the query says `format=csv`.
    var hasCSV = false
    let answer: @Sendable (AdminCall) async throws -> AdminAnswer

    var parameters: [Parameter] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
            let name = String($0.dropFirst().dropLast())
            return Parameter(name: name, place: .path, schema: name == "request_id" ? .requestID : .text, about: "")
        } + query + (versioning == .none ? [] : [Self.version])
    }

    private static let version = Parameter(
        name: "If-Match", place: .header, schema: .text,
        about: "The ETag that it had when it was looked at, or * for whichever it has.")

    var changesSomething: Bool { method != .get }

    /// The path as the router takes it.
    var routerPath: RouterPath { RouterPath("/admin/v1" + path) }
}

/// What is answered with.
struct AdminAnswer: Sendable {
    private enum Content: Sendable {
        case json(String)
        case csv(LedgerExport)
    }

    private let content: Content
    /// Of a thing that has versions.
    private let version: Int64?

    init(json: String) { (content, version) = (.json(json), nil) }
    init(csv export: LedgerExport) { (content, version) = (.csv(export), nil) }
    init(_ value: some Encodable, version: Int64? = nil) {
        (content, self.version) = (.json(ConsoleJSON.text(value)), version)
    }

    func response(_ status: HTTPResponse.Status) -> Response {
        var response: Response
        switch content {
        case .json(let text): response = .json(text, status: status)
        case .csv(let export): response = export.response(status)
        }
        if let version { response.headers[.eTag] = EntityTag.text(version) }
        return response
    }
}
