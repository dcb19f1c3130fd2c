import HTTPTypes
import Hummingbird
import Logging
import TuppenceAdministration
import TuppenceCore
import TuppenceGateway
import TuppenceServer

extension Request {
    /// Whether it says that a proxy has passed it on, which may be asked by anybody.
    private var cameByProxy: Bool {
        ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"].contains { name in
            HTTPField.Name(name).map { headers[$0] != nil } ?? false
        }
    }

    /// Whether it names this machine as those on it do.
    fileprivate var isForThisMachine: Bool {
        guard let authority = head.authority, !cameByProxy else { return false }
        let host =
            authority.hasPrefix("[") ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        return host == "localhost" || host == "::1" || host.hasPrefix("127.") && NetworkAddress(host) != nil
    }
}

struct MetricsRoute {
    let gateway: Gateway
    let administration: AdministrationQueue
    let version: String
    let logger: Logger
    /// Whether this machine's own programs need no token: nobody else can connect.
    let isOpen: Bool

    func add(to router: Router<ConsoleContext>) {
        router.get("/metrics") { request, context in
            // A page of somewhere else that has had its name lead here still says that name.
            if !isOpen || !request.isForThisMachine { _ = try context.identity(atLeast: .viewer) }
            let metrics = await GatewayMetrics(
                of: gateway, administration, version: version, logger: logger, at: WallClock.now)
            return Response(
                status: .ok, headers: [.contentType: Exposition.contentType],
                body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text)))
        }
    }
}
