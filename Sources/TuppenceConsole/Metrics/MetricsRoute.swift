import Hummingbird
import Logging
import TuppenceAdministration
import TuppenceGateway
import TuppenceServer

struct MetricsRoute {
    let gateway: Gateway
    let desk: AdministrationDesk
    let version: String
    let logger: Logger

    func add(to router: Router<ConsoleContext>) {
        router.get("/metrics") { _, _ in
            let metrics = await GatewayMetrics(of: gateway, desk, version: version, logger: logger, at: WallClock.now)
            return Response(
                status: .ok, headers: [.contentType: Exposition.contentType],
                body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text)))
        }
    }
}
