import NIOCore
import NIOPosix
import NIOSSL
import TuppenceCore

/// The connections of one event loop to all providers. Used on that loop only.
package final class UpstreamPool {
    private let eventLoop: any EventLoop
    private let connectTimeout: TimeAmount
    private let network: UpstreamNetwork
    private let resolver: (any Resolver & Sendable)?
    private var idle: [Origin: IdleConnections] = [:]
    private var warm: [Origin: WarmOrigin] = [:]
    /// Of the request before: the next one goes there too, more often than not.
    private var latest: (origin: Origin, connections: IdleConnections)?
    private var tls: NIOSSLContext?
    private var isClosed = false

    /// Connections kept while nobody uses them, so many to one origin whatever the others have, more where all together are few enough,
    /// and how long. As many as are wanted at once: to open one costs more than to answer a request on it, and where there is least
    /// time most would be opened.
    private static let idleOfEach = 256
    private static let idleOfAll = 1_024
    private static let maximumIdleTime = TimeAmount.seconds(55)

    /// - Parameters:
    ///   - connectTimeout: for the connection and, once more, for TLS on it.
    ///   - resolver: who knows the addresses of names; nil for the system.
    package init(
        eventLoop: any EventLoop, connectTimeout: TimeAmount = .seconds(5),
        network: UpstreamNetwork = UpstreamNetwork(),
        resolver: (any Resolver & Sendable)? = nil
    ) {
        self.eventLoop = eventLoop
        self.connectTimeout = connectTimeout
        self.network = network
        self.resolver = resolver
    }

    /// Sends a whole request, over a kept connection if there is one.
    ///
    /// - Parameter onNewConnection: not over a kept one, though there may be some: one of them has just turned out to be closed.
    package func send(
        _ request: ByteBuffer, to endpoint: UpstreamEndpoint, for call: UpstreamCall, onNewConnection: Bool = false
    ) {
        eventLoop.preconditionInEventLoop()
        let origin = endpoint.origin
        if !onNewConnection, let connection = takeIdle(to: origin) { return connection.send(request, for: call) }
        connect(to: origin) { [eventLoop] result in
            eventLoop.assertInEventLoop()
            if call.isCancelled {
                if case .success(let connection) = result { self.checkIn(connection) }
                return
            }
            switch result {
            case .success(let connection): connection.send(request, for: call)
            case .failure(let error): call.fail(UpstreamFailure(.unreachable, detail: ConnectFailure.words(error)))
            }
        }
    }

    private func takeIdle(to origin: Origin) -> UpstreamConnection? {
        // The one used last is the likeliest to be alive, and the others can grow old.
        if latest?.origin != origin { latest = idle[origin].map { (origin, $0) } }
        while let connection = latest?.connections.list.popLast() { if connection.isUsable { return connection } }
        return nil
    }

    /// Keeps a connection open to each of `endpoints` from now on, and to no others, so that a request finds one.
    package func keepWarm(_ endpoints: [UpstreamEndpoint]) {
        let wanted = Set(endpoints.map(\.origin))
        warm = warm.filter { wanted.contains($0.key) }
        for origin in wanted where warm[origin] == nil {
            let state = WarmOrigin()
            warm[origin] = state
            open(origin, state)
        }
    }

    private func open(_ origin: Origin, _ state: WarmOrigin) {
        guard !isClosed, warm[origin] === state, idle[origin]?.open ?? 0 == 0 else { return state.isExpected = false }
        state.isExpected = true
        connect(to: origin) { result in
            state.isExpected = false
            switch result {
            case .success(let connection): self.checkIn(connection)
            // That it can't be reached is no matter yet; a request will say so.
            case .failure: self.reopen(origin)
            }
        }
    }

    /// Opens another connection to `origin` in a while, if one is to be kept and there is none.
    private func reopen(_ origin: Origin) {
        guard !isClosed, let state = warm[origin], !state.isExpected, idle[origin]?.open ?? 0 == 0 else { return }
        state.isExpected = true
        eventLoop.assumeIsolated().scheduleTask(in: state.nextPause()) { self.open(origin, state) }
    }

    func checkIn(_ connection: UpstreamConnection) {
        guard !isClosed, connection.isUsable, hasRoom(in: connection.peers) else {
            return connection.close()
        }
        connection.idleSince = .now()
        connection.peers.list.append(connection)
    }

    private func hasRoom(in peers: IdleConnections) -> Bool {
        peers.list.count < Self.idleOfEach || idle.values.reduce(0) { $0 + $1.list.count } < Self.idleOfAll
    }

    func remove(_ connection: UpstreamConnection) {
        let peers = connection.peers
        peers.list.removeAll { $0 === connection }
        guard connection.isCounted else { return }
        peers.open -= 1
        if connection.wasUsed { warm[peers.origin]?.wasUsed() }
        if !warm.isEmpty { reopen(peers.origin) }
    }

    /// Closes connections that have been idle for long, but for one where one is kept.
    package func sweep() {
        let oldest = NIODeadline.now() - Self.maximumIdleTime
        for connections in idle.values {
            let kept = warm[connections.origin] == nil ? nil : connections.list.last
            for connection in connections.list where connection.idleSince < oldest && connection !== kept {
                connection.close()
            }
        }
    }

    package func close() {
        isClosed = true
        for connections in idle.values { connections.list.forEach { $0.close() } }
        idle = [:]
        latest = nil
    }

    private func connect(to origin: Origin, then done: @escaping (Result<UpstreamConnection, any Error>) -> Void) {
        let tls: NIOSSLContext?
        do { tls = origin.isTLS ? try context() : nil } catch { return done(.failure(error)) }
        let peers = idle[origin] ?? IdleConnections(origin)
        idle[origin] = peers
        let bound = NIOLoopBound((pool: self, peers: peers), eventLoop: eventLoop)
        let finish = NIOLoopBound(done, eventLoop: eventLoop)
        let proxy =
            origin.isTLS && network.proxy?.isUsed(host: origin.host, port: origin.port) == true ? network.proxy : nil
        ClientBootstrap(group: eventLoop)
            .resolver(resolver)
            .connectTimeout(connectTimeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .keepingAlive()
            // Once for each address that the name has: whichever answers first is kept, with what it was given here.
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    var secured: EventLoopPromise<Void>?
                    if let proxy {
                        try channel.pipeline.syncOperations.addHandler(ProxyTunnel(through: proxy, to: origin))
                    }
                    if let tls {
                        let name = Self.isAddress(origin.host) ? nil : origin.host
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: name))
                        secured = channel.eventLoop.makePromise(of: Void.self)
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        UpstreamConnection(pool: bound.value.pool, peers: bound.value.peers, secured: secured))
                }
            }
            .connect(host: proxy?.host ?? origin.host, port: proxy?.port ?? origin.port)
            .flatMapThrowing { channel in
                NIOLoopBound(
                    try channel.pipeline.syncOperations.handler(type: UpstreamConnection.self),
                    eventLoop: channel.eventLoop)
            }
            .flatMap { [eventLoop, connectTimeout] connection in
                guard let secured = connection.value.whenSecured else {
                    return eventLoop.makeSucceededFuture(connection)
                }
                let patience = eventLoop.scheduleTask(in: connectTimeout) { connection.value.giveUpTLS() }
                secured.whenComplete { _ in patience.cancel() }
                return secured.map { connection }
            }
            .whenComplete { result in
                if case .success(let connection) = result { connection.value.count() }
                finish.value(result.map(\.value))
            }
    }

    private func context() throws -> NIOSSLContext {
        if let tls { return tls }
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let authorities = network.authorities { configuration.trustRoots = .file(authorities) }
        let made = try NIOSSLContext(configuration: configuration)
        tls = made
        return made
    }

    private static func isAddress(_ host: String) -> Bool {
        (try? SocketAddress(ipAddress: host, port: 0)) != nil
    }
}

/// TLS did not stand in time.
struct TLSTimeout: Error {}

/// The connections to one origin that nobody uses at the moment. A reference, so that a connection finds its own without
/// looking for it.
final class IdleConnections {
    let origin: Origin
    var list: [UpstreamConnection] = []
    /// How many there are, those included that somebody uses.
    var open = 0

    init(_ origin: Origin) { self.origin = origin }
}
