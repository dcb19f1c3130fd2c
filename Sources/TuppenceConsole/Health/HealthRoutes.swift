import Hummingbird
import TuppenceServer

extension Response {
    static func json(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

/// Whether the process lives and whether it can serve: the same answers that the callers' port gives.
struct HealthRoutes {
    let readiness: @Sendable () -> Readiness

    func add(to router: Router<ConsoleContext>) {
        for path in ["/healthz", "/livez"] {
            router.get(RouterPath(path)) { _, _ in Response.json("{\"status\":\"ok\"}") }
        }
        router.get("/readyz") { _, _ in
            let readiness = readiness()
            return Response.json(String(decoding: readiness.json, as: UTF8.self), status: .init(code: readiness.status))
        }
    }
}
