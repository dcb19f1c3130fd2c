import NIOCore
import NIOPosix

/// A provider that needs no key and costs nothing: it speaks the dialects of providers over real HTTP, answers the same way
/// each time, fails on request (`chat-small?status=503`) and keeps a bill to compare a ledger with.
///
/// Models: `chat-small` ($0.10 per million input tokens, $0.025 cached, $0.40 output), `chat-large` ($3, $0.30, $15)
/// and `embed-small` ($0.02). Beside the endpoints of the dialect there are `GET /sandbox/bill` and
/// `POST /sandbox/reset`.
public final class SandboxServer: Sendable {
    public let port: Int
    private let host: String
    private let channel: any Channel
    private let service: SandboxService
    private let clients: SandboxClients

    /// Starts on `host` and `port`, where 0 picks a free port. The event loops of `group` stay the caller's.
    public static func start(
        host: String = "127.0.0.1", port: Int = 0, group: any EventLoopGroup
    ) async throws -> SandboxServer {
        let service = SandboxService()
        let clients = SandboxClients()
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try clients.add(channel)
                    try channel.pipeline.syncOperations.addHandler(SandboxConnection(service))
                }
            }
            .bind(host: host, port: port)
            .get()
        guard let bound = channel.localAddress?.port else { throw ChannelError.unknownLocalAddress }
        return SandboxServer(host: host, port: bound, channel: channel, service: service, clients: clients)
    }

    private init(host: String, port: Int, channel: any Channel, service: SandboxService, clients: SandboxClients) {
        self.host = host
        self.port = port
        self.channel = channel
        self.service = service
        self.clients = clients
    }

    /// What a client of OpenAI takes as its base URL: `http://127.0.0.1:9001/v1`.
    public var baseURL: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)/v1" }

    /// What was served so far, running streams included.
    public var bill: SandboxBill { service.ledger.bill }

    /// Closes the port and every connection, answered or not. Once stopped, stopping again does nothing.
    public func stop() async throws {
        do { try await channel.close() } catch ChannelError.alreadyClosed {}
        await clients.closeAll()
    }
}
