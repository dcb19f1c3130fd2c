import ServiceLifecycle

/// Keeps the gateway running until the process is told to stop.
struct GatewayService: Service {
    let gateway: Gateway

    func run() async throws {
        try await gracefulShutdown()
        await gateway.stop()
    }
}
