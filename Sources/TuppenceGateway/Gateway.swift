import Foundation
import Logging
import NIOCore
import NIOPosix
import TuppenceConfiguration
import TuppenceCore
import TuppenceEngine
import TuppenceNotices
import TuppenceSandbox
import TuppenceServer
import TuppenceStore
import TuppenceTelemetry
import TuppenceUpstream

/// Store, ledger, providers and data plane put together, and taken apart in the right order: behind a port for others, or
/// within the program that wants it.
package struct Gateway: Sendable {
    package let plane: DataPlane
    package let dispatcher: NoticeDispatcher
    package let exporter: TelemetryExporter
    package let ledger: LedgerWriter
    private let resources: GatewayResources
    private let state: GatewayState
    private let listenHost: String
    private let books: StoreBooks
    private let sandbox: SandboxServer?
    private let inForce: ConfigurationInForce

    package var store: any Store { resources.store }

    /// Nil where nobody comes over TLS.
    package var certificates: CertificateWatcher? { resources.certificates }

    /// The configuration in force.
    package var loaded: LoadedConfiguration { inForce.loaded }

    /// - Parameters:
    ///   - callers: the program around it, which is then its only caller; nil has it listen.
    ///   - prepare: runs on the opened store before the first request can come.
    package static func start(
        _ loaded: LoadedConfiguration, logger: Logger, threads: Int = min(System.coreCount, 16),
        callers: OwnCallers? = nil,
        prepare: (any Store) throws -> Void = { _ in }
    ) async throws -> Gateway {
        if callers == nil { OpenFiles.raiseLimit() }
        loaded.warn(logger)
        let resources = try GatewayResources(
            loaded.configuration, threads: threads, callers: callers, logger: logger, prepare: prepare)
        do { return try await start(loaded, on: resources) } catch {
            resources.closeAnswers()
            resources.closeStore()
            await resources.closeLoops()
            throw Self.explained(error, loaded.configuration)
        }
    }

    /// Sandbox, notices, ledger, data plane and telemetry, in this order: each needs those before it.
    private static func start(_ loaded: LoadedConfiguration, on resources: GatewayResources) async throws -> Gateway {
        let configuration = loaded.configuration
        let (complete, keys) = try resources.complete(loaded)
        let sandbox = loaded.isSandbox ? try await SandboxServer.start(group: resources.group) : nil
        let snapshot = try resources.snapshot(of: complete, keys: keys, sandboxURL: sandbox?.baseURL)
        let state = GatewayState(snapshot)
        let settings = try settingsOfDataPlane(configuration.server)
        let dispatcher = try await startDispatcher(configuration.notifications, settings.network, on: resources)
        let telemetry = TelemetryEnvironment(configuration.telemetry, ProcessInfo.processInfo.environment).settings
        let notifier = BudgetNotifier(dispatcher)
        let ledger = startLedger(on: resources, state, dispatcher, notifier)
        let books = resources.store.makeBooks()
        do {
            let plane = try await DataPlane.start(
                settings: settings, state: state, ledger: ledger, notices: dispatcher, notifier: notifier,
                books: books, listens: resources.callers == nil, tls: resources.certificates?.tls,
                logger: resources.logger, group: resources.group)
            let exporter = try await startExporter(of: plane, settings.network, on: resources)
            exporter.replace(
                with: telemetry, snapshot.providerAddresses, listing: telemetry == nil ? [] : snapshot.modelNames)
            plane.tellsTelemetry(telemetry != nil, asSpans: telemetry?.sendsTraces == true)
            return Gateway(
                plane: plane, dispatcher: dispatcher, exporter: exporter, ledger: ledger, resources: resources,
                state: state, listenHost: configuration.server.listenHost, books: books, sandbox: sandbox,
                inForce: ConfigurationInForce(complete))
        } catch {
            ledger.stop()
            throw error
        }
    }

    private static func settingsOfDataPlane(_ server: ServerSettings) throws -> DataPlaneSettings {
        var settings = DataPlaneSettings(server)
        do { settings.network = try UpstreamNetwork(environment: ProcessInfo.processInfo.environment) } catch {
            throw Failure(error.description)
        }
        return settings
    }

    private static func startDispatcher(
        _ settings: NotificationSettings, _ network: UpstreamNetwork, on resources: GatewayResources
    ) async throws -> NoticeDispatcher {
        try await NoticeDispatcher.start(
            settings, on: resources.group.next(), logger: resources.logger, network: network,
            now: { WallClock.now })
    }

    private static func startLedger(
        on resources: GatewayResources, _ state: GatewayState, _ dispatcher: NoticeDispatcher,
        _ notifier: BudgetNotifier
    ) -> LedgerWriter {
        let prices = PriceNotifier(dispatcher) { state.snapshot.policy.prices.listing(of: $0)?.rates }
        let ledger = LedgerWriter(
            store: resources.store, logger: resources.logger, notifier: notifier, prices: prices,
            emergency: resources.emergency, now: { WallClock.now })
        ledger.start()
        return ledger
    }

    private static func startExporter(
        of plane: DataPlane, _ network: UpstreamNetwork, on resources: GatewayResources
    ) async throws -> TelemetryExporter {
        try await TelemetryExporter.start(
            on: resources.group.next(), network: network, version: Version.current, logger: resources.logger,
            fetch: { plane.fetchTelemetry($0) }, now: { WallClock.now })
    }

    private static func explained(_ error: any Error, _ configuration: Configuration) -> any Error {
        let address = ListenAddress(host: configuration.server.listenHost, port: configuration.server.listenPort)
        return address.explained(error, elsewhere: "tuppence serve --listen 127.0.0.1:8090")
    }

    /// Puts another configuration in force; requests under way keep the one they began with.
    package func apply(_ loaded: LoadedConfiguration, _ keys: [StoredKey]) throws {
        let configuration = loaded.configuration
        guard !loaded.isSandbox || sandbox != nil else {
            throw Failure(
                "The new configuration names no providers, and the sandbox that stands in for them only runs from the start. Name a provider under 'providers', or restart to try things out on the sandbox."
            )
        }
        let telemetry = TelemetryEnvironment(configuration.telemetry, ProcessInfo.processInfo.environment).settings
        configuration.policy.remember(state.snapshot.policy)
        let snapshot = try resources.snapshot(of: loaded, keys: keys, sandboxURL: sandbox?.baseURL)
        state.replace(with: snapshot)
        exporter.replace(
            with: telemetry, snapshot.providerAddresses, listing: telemetry == nil ? [] : snapshot.modelNames)
        plane.tellsTelemetry(telemetry != nil, asSpans: telemetry?.sendsTraces == true)
        var server = configuration.server
        // Which may have been given by the command that started it.
        server.listenHost = listenHost
        plane.apply(DataPlaneSettings(server))
        plane.configurationChanged()
        inForce.replace(with: loaded)
    }

    /// Lets answers under way end, then books, tells and closes everything.
    package func stop(patience: Duration = .seconds(8)) async {
        await plane.stop(patience: patience)
        ledger.stop()
        if !books.stop() { resources.logger.warning("the books were being asked still when the gateway stopped") }
        resources.closeAnswers()
        resources.closeStore()
        await exporter.stop()
        await dispatcher.stop()
        do { try await sandbox?.stop() } catch {
            resources.logger.warning("the sandbox did not stop", metadata: ["error": "\(error)"])
        }
        await resources.closeLoops()
    }
}

extension DataPlaneSettings {
    fileprivate init(_ server: ServerSettings) {
        self.init()
        host = server.listenHost
        port = server.listenPort
        maximumBodyBytes = server.maxBodyBytes
        idleTimeout = server.idleTimeout
        warmTargets = server.warmTargets
        take(server.limits)
        origins = server.access.origins
        admission.allowed = server.access.allowed
        admission.proxies = server.access.trustedProxies
        admission.proxyProtocol = server.access.proxyProtocol
        admission.connectionsPerAddress =
            server.limits.connectionsPerAddress
            ?? (server.isLoopback ? .max : ServerLimits.standardConnectionsPerAddress)
        admission.connections =
            server.limits.connections
            ?? min(ServerLimits.standardConnections, OpenFiles.connections(for: OpenFiles.limit))
    }

    private mutating func take(_ limits: ServerLimits) {
        maximumHeadBytes = limits.headBytes
        headTimeout = limits.headTimeout
        bodyGrace = limits.bodyTimeout
        minimumBodyRate = Int64(limits.bodyRate)
        load.inFlight = limits.inFlight
        load.inFlightPerKey = limits.inFlightPerKey
        load.buffered = limits.buffered
    }
}
