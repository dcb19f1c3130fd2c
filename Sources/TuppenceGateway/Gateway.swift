import Foundation
import Logging
import NIOCore
import NIOPosix
import TuppenceConfiguration
import TuppenceCore
import TuppenceEmergency
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
    package let store: any Store
    package let plane: DataPlane
    package let dispatcher: NoticeDispatcher
    package let exporter: TelemetryExporter
    private let state: GatewayState
    private let listenHost: String
    private let cache: CacheKeeper
    private let responses: AnswerKeeper
    private let idempotency: AnswerKeeper
    private let idempotentAnswers: IdempotentAnswers
    private let tokens: TokenSources
    private let callers: OwnCallers?
    /// Nil where nobody comes over TLS.
    package let certificates: CertificateWatcher?
    package let ledger: LedgerWriter
    private let books: StoreBooks
    private let sandbox: SandboxServer?
    private let group: MultiThreadedEventLoopGroup
    private let logger: Logger
    private let inForce: ConfigurationInForce

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
        let configuration = loaded.configuration
        if callers == nil { OpenFiles.raiseLimit() }
        loaded.warn(logger)
        let certificates: CertificateWatcher? =
            if callers == nil, let tls = configuration.server.tls {
                try CertificateWatcher(CertificateFiles(tls), logger)
            } else { nil }
        // Where something stands in for the store, a lock must not be waited for until callers have given up.
        let emergency = try configuration.emergencyJournal.map { path throws(StoreError) in
            try EmergencyFile(path: path)
        }
        let store = try configuration.store.open(patience: emergency == nil ? 1 : 0.3)
        guard try !store.isArchive() else {
            throw Failure(
                "\(configuration.store) is an archive of a ledger, which is only read. Name the ledger itself under 'store' in the configuration; 'tuppence ledger --store' reads an archive."
            )
        }
        // What an earlier process has left is read now, so that a file that can't be is told at once.
        _ = try store.apply([])
        try prepare(store)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, threads))
        let tokens = TokenSources()
        let cache = CacheKeeper(beside: configuration.localDatabase, logger: logger)
        let responses = AnswerKeeper.responses(beside: configuration.localDatabase, logger: logger)
        let idempotency = AnswerKeeper.idempotent(beside: configuration.localDatabase, logger: logger)
        let idempotentAnswers = idempotency.idempotentAnswers()
        do {
            let keys = try store.keys(at: WallClock.now)
            let complete = try loaded.with(try store.budgets(), keys: keys)
            complete.warn(of: keys, logger)
            let sandbox = loaded.isSandbox ? try await SandboxServer.start(group: group) : nil
            let snapshot = try SnapshotBuilder.snapshot(
                complete, storedKeys: keys, callers: callers, sandboxURL: sandbox?.baseURL,
                cache: cache.cache(for: complete.configuration), responses: responses.responses(),
                idempotentAnswers: idempotentAnswers, tokens: tokens)
            let state = GatewayState(snapshot)
            var settings = DataPlaneSettings(configuration.server)
            do { settings.network = try UpstreamNetwork(environment: ProcessInfo.processInfo.environment) } catch {
                throw Failure(error.description)
            }
            let dispatcher = try await NoticeDispatcher.start(
                configuration.notifications, on: group.next(), logger: logger, network: settings.network,
                now: { WallClock.now })
            let telemetry = try TelemetryEnvironment.settings(
                configuration.telemetry, ProcessInfo.processInfo.environment)
            let notifier = BudgetNotifier(dispatcher)
            let prices = PriceNotifier(dispatcher) { state.snapshot.policy.prices.listing(of: $0)?.rates }
            let ledger = LedgerWriter(
                store: store, logger: logger, notifier: notifier, prices: prices, emergency: emergency,
                now: { WallClock.now })
            ledger.start()
            let books = store.makeBooks()
            do {
                let plane = try await DataPlane.start(
                    settings: settings, state: state, ledger: ledger, notices: dispatcher, notifier: notifier,
                    books: books, listens: callers == nil, tls: certificates?.tls,
                    logger: logger, group: group)
                let exporter = try await TelemetryExporter.start(
                    on: group.next(), network: settings.network, version: Version.current, logger: logger,
                    fetch: { plane.fetchTelemetry($0) }, now: { WallClock.now })
                exporter.replace(with: telemetry, snapshot.providerAddresses)
                plane.tellsTelemetry(telemetry != nil)
                return Gateway(
                    store: store, plane: plane, dispatcher: dispatcher, exporter: exporter, state: state,
                    listenHost: configuration.server.listenHost, cache: cache, responses: responses,
                    idempotency: idempotency, idempotentAnswers: idempotentAnswers, tokens: tokens,
                    callers: callers, certificates: certificates, ledger: ledger, books: books, sandbox: sandbox,
                    group: group, logger: logger, inForce: ConfigurationInForce(complete))
            } catch {
                ledger.stop()
                throw error
            }
        } catch {
            cache.stop()
            try? await group.shutdownGracefully()
            throw Self.explained(error, configuration)
        }
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
        let telemetry = try TelemetryEnvironment.settings(
            configuration.telemetry, ProcessInfo.processInfo.environment)
        configuration.policy.remember(state.snapshot.policy)
        let snapshot = try SnapshotBuilder.snapshot(
            loaded, storedKeys: keys, callers: callers, sandboxURL: sandbox?.baseURL,
            cache: cache.cache(for: loaded.configuration), responses: responses.responses(),
            idempotentAnswers: idempotentAnswers, tokens: tokens)
        state.replace(with: snapshot)
        exporter.replace(with: telemetry, snapshot.providerAddresses)
        plane.tellsTelemetry(telemetry != nil)
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
        books.stop()
        cache.stop()
        responses.stop()
        idempotency.stop()
        await exporter.stop()
        await dispatcher.stop()
        do {
            if let sandbox { try await sandbox.stop() }
            try await group.shutdownGracefully()
        } catch {
            logger.warning("not everything closed cleanly", metadata: ["error": "\(error)"])
        }
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
