import ArgumentParser
import Foundation
import NIOPosix
import ServiceLifecycle
import TuppenceConfiguration
import TuppenceGateway
import TuppenceSandbox

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Run the sandbox provider alone: every dialect, no key, faults on request.",
        discussion:
            "Faults ride in the model's name: chat-small?status=503, ?delay=200ms, ?drip=20ms, ?cut=3, ?reset, ?hang. GET /sandbox/bill says what was served."
    )

    @Option(help: "The host:port to listen on.") var listen = "127.0.0.1:9001"

    func run() async throws {
        let address = try ListenAddress(option: listen)
        let server: SandboxServer
        do {
            server = try await SandboxServer.start(
                host: address.host, port: address.port, group: MultiThreadedEventLoopGroup.singleton)
        } catch {
            throw address.explained(error, elsewhere: "tuppence sandbox --listen 127.0.0.1:9002")
        }
        print("The sandbox listens on \(server.baseURL)")
        try await ServiceGroup(
            services: [SandboxService(server: server)], gracefulShutdownSignals: [.sigterm, .sigint],
            logger: .init(label: "sandbox")
        ).run()
    }
}

private struct SandboxService: Service {
    let server: SandboxServer

    func run() async throws {
        try await gracefulShutdown()
        try await server.stop()
    }
}
