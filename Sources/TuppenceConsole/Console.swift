import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import TuppenceAdministration
import TuppenceConfiguration
import TuppenceGateway
import TuppenceServer

/// The control plane: what operators look at and change, on a port of its own. It has one thread, and the data plane feels
/// nothing of it but that its counters are read.
package struct Console: Sendable {
    /// Where it listens.
    package let host: String
    package let port: Int
    private let services: ServiceGroup
    private let running: Task<Void, Never>
    private let group: MultiThreadedEventLoopGroup
    private let logger: Logger

    /// Begins to listen.
    ///
    /// - Returns: nil where the configuration wants none.
    package static func start(
        for gateway: Gateway, reload: ConfigurationReload, version: String, logger: Logger
    ) async throws -> Console? {
        switch gateway.loaded.configuration.server.console {
        case .off: return nil
        case .at(let host, let port):
            do {
                return try await start(gateway, reload, version, host: host, port: port, logger)
            } catch {
                throw ListenAddress(host: host, port: port).explained(
                    error, elsewhere: "server: { console: 127.0.0.1:8091 } in the configuration, for the console")
            }
        case .standard:
            let (host, port) = (ConsoleSettings.standardHost, ConsoleSettings.standardPort)
            do {
                return try await start(gateway, reload, version, host: host, port: port, logger)
            } catch let error as IOError where error.errnoCode == EADDRINUSE {
                return try await start(gateway, reload, version, host: host, port: 0, logger)
            }
        }
    }

    private static func start(
        _ gateway: Gateway, _ reload: ConfigurationReload, _ version: String, host: String, port: Int, _ logger: Logger
    ) async throws -> Console {
        let administration = AdministrationQueue { gateway.loaded }
        let reports = ExperimentReports(AdministrationQueue { gateway.loaded })
        let router = Router(context: ConsoleContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: SecurityHeaders())
        router.add(middleware: ErrorAnswers(logger: logger))
        let authenticator = Authenticator(
            administration: administration, sessions: Sessions(), limiter: SignInLimiter())
        router.add(middleware: authenticator)
        HealthRoutes(readiness: { Readiness(ledger: gateway.ledger, isLeaving: gateway.plane.isLeaving) }).add(
            to: router)
        MetricsRoute(
            gateway: gateway, administration: administration, version: version, logger: logger, isOpen: isLoopback(host)
        ).add(to: router)
        let pages = Pages()
        Assets.add(to: router)
        SignInRoutes(authenticator: authenticator, pages: pages).add(to: router)
        let routes = PageRoutes(router: router, administration: administration, pages: pages, logger: logger)
        OverviewRoute(gateway: gateway, pages: pages).add(to: routes)
        SpendingRoute(administration: AdministrationQueue { gateway.loaded }, pages: pages).add(to: routes)
        RequestsRoute(gateway: gateway, pages: pages).add(to: routes)
        RoutesRoute(gateway: gateway, administration: AdministrationQueue { gateway.loaded }, pages: pages).add(
            to: routes)
        ExperimentsRoute(gateway: gateway, reports: reports, pages: pages).add(to: routes)
        PlaygroundRoute(gateway: gateway, administration: administration, pages: pages).add(to: routes, and: router)
        AlertsRoute(gateway: gateway, pages: pages).add(to: routes)
        AuditRoute(pages: pages).add(to: routes)
        KeysRoute(gateway: gateway, pages: pages).add(to: routes)
        BudgetsRoute(gateway: gateway, pages: pages).add(to: routes)
        CustomersRoute(pages: pages).add(to: routes)
        TopUpRoute(gateway: gateway, pages: pages).add(to: routes)
        AdminRoutes(
            gateway: gateway, administration: administration, reports: reports, reload: reload, version: version
        ).add(to: router)

        let start = ConsoleStart()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let application = Application(
            router: router, server: .http1(configuration: .init(idleTimeout: .seconds(60))),
            configuration: .init(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(maxConnections, logger: quiet(logger))),
            onServerRunning: { start.listens(on: $0.localAddress?.port ?? port) },
            eventLoopGroupProvider: .shared(group), logger: quiet(logger))
        var configuration = ServiceGroupConfiguration(services: [application], logger: quiet(logger))
        configuration.maximumGracefulShutdownDuration = .seconds(2)
        let services = ServiceGroup(configuration: configuration)
        // Detached: a signal to the process is not to end it before ``stop()``, as a task of the process's own service group would.
        let running = Task.detached {
            do { try await services.run() } catch {
                if !start.failed(error) { logger.error("the console has ended", metadata: ["error": "\(error)"]) }
            }
        }
        do {
            let port = try await start.port()
            return Console(host: host, port: port, services: services, running: running, group: group, logger: logger)
        } catch {
            await close(group, logger)
            throw error
        }
    }

    /// Lets answers under way end, for a moment, and closes.
    package func stop() async {
        await services.triggerGracefulShutdown()
        await running.value
        // Tasks of connections that were just closed still come back to their loop. A timer of that: a sleep ends at once in a
        // task that was cancelled.
        do { try await group.next().scheduleTask(in: .milliseconds(100)) {}.futureResult.get() } catch {
            logger.warning("the console closes at once", metadata: ["error": "\(error)"])
        }
        await Self.close(group, logger)
    }

    private static func close(_ group: MultiThreadedEventLoopGroup, _ logger: Logger) async {
        do { try await group.shutdownGracefully() } catch {
            logger.warning("the console did not close cleanly", metadata: ["error": "\(error)"])
        }
    }

    /// Whether nobody but this machine can connect.
    private static func isLoopback(_ host: String) -> Bool {
        var server = ServerSettings()
        server.listenHost = host
        return server.isLoopback
    }

    private static let maxConnections = 256

    /// What the server says of each connection is of no use to operators.
    private static func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .critical)
        return logger
    }
}
