import Logging
import NIOCore
import NIOPosix
import Synchronization
import TuppenceCore
import TuppenceDialects
import TuppenceEngine
import TuppenceUpstream

/// The gateway's public side: accepts connections on one port, or from its own process alone, and serves each on an event
/// loop of its own choosing.
public final class DataPlane: Sendable {
    /// Nil where it does not listen.
    private let channel: (any Channel)?
    let loops: [NIOLoopBound<LoopContext>]
    package let headroom: HeadroomBoard
    package let health: HealthBoard
    private let checks: NIOLoopBound<ProviderChecks>
    private let state: GatewayState
    private let admission: ConnectionAdmission
    private let logger: Logger?
    private let leaving = Atomic(false)
    /// How many connections its own process has opened.
    let connected = Atomic(0)

    /// Where it listens; 0 where it does not.
    public var port: Int { channel?.localAddress?.port ?? 0 }

    private init(
        channel: (any Channel)?, loops: [NIOLoopBound<LoopContext>], headroom: HeadroomBoard,
        health: HealthBoard, checks: NIOLoopBound<ProviderChecks>, state: GatewayState, admission: ConnectionAdmission,
        logger: Logger?
    ) {
        self.channel = channel
        self.headroom = headroom
        self.health = health
        self.loops = loops
        self.checks = checks
        self.state = state
        self.admission = admission
        self.logger = logger
    }

    /// Begins to serve.
    ///
    /// - Parameters:
    ///   - notices: who is told what people should hear about.
    ///   - listens: whether others can connect; see ``connect(adding:)``.
    ///   - tls: has those who connect speak TLS.
    public static func start(
        settings: DataPlaneSettings, state: GatewayState, ledger: LedgerWriter, notices: (any NoticeSink)? = nil,
        notifier: BudgetNotifier? = nil, books: (any LedgerBooks)? = nil, listens: Bool = true,
        tls: TLSState? = nil, logger: Logger? = nil, group: MultiThreadedEventLoopGroup
    ) async throws -> DataPlane {
        let watch = LoopWatch(notices: notices)
        let load = Load()
        let health = HealthBoard { target, failure, now in
            let isGone = failure.isModelGone
            notices?.post(
                isGone ? Notice(modelGone: target, failure, at: now) : Notice(refusedBy: target, failure, at: now))
        }
        let headroom = HeadroomBoard()
        var loops: [ObjectIdentifier: NIOLoopBound<LoopContext>] = [:]
        for eventLoop in group.makeIterator() {
            loops[ObjectIdentifier(eventLoop)] = try await eventLoop.submit {
                NIOLoopBound(
                    LoopContext(
                        eventLoop: eventLoop, state: state, settings: settings, ledger: ledger, load: load,
                        loops: watch,
                        health: health, headroom: headroom, notifier: notifier, books: books),
                    eventLoop: eventLoop)
            }.get()
        }
        let admission = ConnectionAdmission(settings.admission, logger: logger)
        let channel = listens ? try await listen(settings, loops, admission, tls, group) : nil
        let checkLoop = group.next()
        let checks = try await checkLoop.submit {
            NIOLoopBound(
                ProviderChecks(
                    eventLoop: checkLoop, network: settings.network, board: health, notices: notices),
                eventLoop: checkLoop)
        }.get()
        let plane = DataPlane(
            channel: channel, loops: Array(loops.values), headroom: headroom, health: health, checks: checks,
            state: state, admission: admission, logger: logger)
        let port = plane.port
        plane.onEachLoop { context in
            context.listens(on: port)
            context.keepWarm()
        }
        plane.watchProviders()
        return plane
    }

    /// Takes another part of the rate limits, which are for all gateways on the same store together.
    package func take(_ share: GatewayShare) { headroom.take(share) }

    /// Takes note that another configuration is in force: connections are kept open to where its requests are likely to go,
    /// and its providers are checked.
    package func configurationChanged() {
        onEachLoop { $0.keepWarm() }
        watchProviders()
    }

    /// Puts other limits and other rules for connections in force, for what comes from now on. Where it listens stays.
    package func apply(_ settings: DataPlaneSettings) {
        admission.replace(settings.admission)
        onEachLoop { $0.apply(settings) }
    }

    private func watchProviders() {
        checks.eventLoop.execute { [checks, state] in checks.value.watch(state.snapshot.providers.values) }
    }

    private static func listen(
        _ settings: DataPlaneSettings, _ contexts: [ObjectIdentifier: NIOLoopBound<LoopContext>],
        _ admission: ConnectionAdmission,
        _ tls: TLSState?, _ group: MultiThreadedEventLoopGroup
    ) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AdmissionHandler(admission))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // A caller that has closed its side may still read its stream.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let context = contexts[ObjectIdentifier(channel.eventLoop)] else {
                        preconditionFailure("a connection on a loop that is not the group's")
                    }
                    let pipeline = channel.pipeline.syncOperations
                    let proxy = admission.proxy(behind: channel)
                    if proxy != nil, admission.rules.proxyProtocol {
                        let patience = context.value.settings.headTimeout
                        try pipeline.addHandler(
                            ProxyHeaderReader(admission, proxy: proxy, patience: .milliseconds(patience.count)))
                    }
                    if let tls { try pipeline.addHandler(tls.handler()) }
                    try pipeline.addHandler(
                        ClientConnection(
                            loop: context.value, overTLS: tls != nil,
                            callers: proxy.flatMap { ForwardedCallers(admission.rules, proxy: $0) }))
                }
            }
            .bind(host: settings.host, port: settings.port).get()
    }

    /// Whether callers have been told to look for another gateway.
    package var isLeaving: Bool { leaving.load(ordering: .relaxed) }

    /// Tells callers that it is about to stop: `/readyz` is 503 from now on, and a connection is closed with its next answer. All that
    /// comes is answered as before.
    package func leave() {
        leaving.store(true, ordering: .relaxed)
        onEachLoop { $0.leave() }
    }

    /// Takes nothing new from now on: open connections are refused what they ask for, and none is accepted. What is under way
    /// goes on.
    package func drain() async {
        leave()
        onEachLoop { $0.drain() }
        do { try await channel?.close() } catch ChannelError.alreadyClosed {} catch {
            logger?.warning("the port did not close", metadata: ["error": "\(error)"])
        }
    }

    /// Stops accepting, waits up to `patience` for answers under way, then lets go of the rest. Once it returns, the ledger
    /// has been asked for all that there was to ask, and may be stopped.
    public func stop(patience: Duration) async {
        await drain()
        checks.eventLoop.execute { [checks] in checks.value.stop() }
        // Connections that were accepted meanwhile.
        onEachLoop { $0.drain() }
        await waitForExchanges(patience)
        onEachLoop { $0.abandonAll() }
        // What was abandoned still settles.
        await waitForExchanges(.seconds(2))
        for loop in loops {
            do { try await loop.eventLoop.submit { loop.value.close() }.get() } catch {
                logger?.warning("an event loop ended before its requests", metadata: ["error": "\(error)"])
            }
        }
    }

    private func waitForExchanges(_ patience: Duration) async {
        await checks.eventLoop.wait(until: { await self.exchangesInProgress() == 0 }, for: patience)
    }

    /// Requests being answered at this moment.
    public func exchangesInProgress() async -> Int {
        var count = 0
        for loop in loops {
            count += (try? await loop.eventLoop.submit { loop.value.exchangesInProgress }.get()) ?? 0
        }
        return count
    }

    /// What was asked of all loops since they began.
    public func figures() async -> RequestFigures {
        var figures = RequestFigures()
        for loop in loops {
            if let own = try? await loop.eventLoop.submit({ loop.value.figures }).get() { figures.add(own) }
        }
        return figures
    }

    /// What all loops have refused of late to callers whose key was known, the newest request first.
    public func refusals() async -> [RefusedRequest] {
        var refused: [RefusedRequest] = []
        for loop in loops {
            if let own = try? await loop.eventLoop.submit({ loop.value.refusals }).get() { refused += own.all }
        }
        return refused.sorted { $0.id > $1.id }
    }

    /// Has each loop keep what there is to tell of its requests, or tell nothing from now on.
    ///
    /// - Parameter spans: whether what it tells is sent as spans, which providers then go on with.
    package func tellsTelemetry(_ isWanted: Bool, asSpans spans: Bool) {
        onEachLoop { loop in
            loop.telemetry = isWanted ? loop.telemetry ?? TelemetryBuffer() : nil
            loop.sendsSpans = isWanted && spans
        }
    }

    /// Has every loop deliver what it has to tell, and how much it had no room for; those that have nothing say nothing.
    ///
    /// - Returns: done once every loop has told, or has ended and tells nothing.
    package func fetchTelemetry(
        _ deliver: @escaping @Sendable ([TelemetryRecord], UInt64) -> Void
    ) -> EventLoopFuture<Void> {
        let told: [EventLoopFuture<Void>] = loops.map { loop in
            loop.eventLoop.submit {
                guard let (records, dropped) = loop.value.telemetry?.take(), !records.isEmpty || dropped > 0 else {
                    return
                }
                deliver(records, dropped)
            }
        }
        return .andAllComplete(told, on: checks.eventLoop)
    }

    /// How callers' dialects are written, by their numbers in the figures.
    public static let dialectNames = Dialect.allCases.map(\.rawValue)

    private func onEachLoop(_ body: @escaping @Sendable (LoopContext) -> Void) {
        for loop in loops { loop.eventLoop.execute { body(loop.value) } }
    }
}
