import NIOCore
import NIOPosix
import NIOSSL
import TuppenceCore

/// The connections of one event loop to all providers. Used on that loop only.
package final class UpstreamPool {
    private let eventLoop: any EventLoop
    private let connectTimeout: TimeAmount
    private let authorities: String?
    private var idle: [Origin: IdleConnections] = [:]
    private var tls: NIOSSLContext?
    private var isClosed = false

    /// Connections kept for each origin while nobody uses them, and how long.
    private static let maximumIdle = 256
    private static let maximumIdleTime = TimeAmount.seconds(55)

    /// - Parameters:
    ///   - connectTimeout: for the connection and, once more, for TLS on it.
    ///   - authorities: a file of certificates in PEM that vouch for providers, instead of the system's.
    package init(
        eventLoop: any EventLoop, connectTimeout: TimeAmount = .seconds(5), authorities: String? = nil
    ) {
        self.eventLoop = eventLoop
        self.connectTimeout = connectTimeout
        self.authorities = authorities
    }

    /// Sends a whole request, over a kept connection if there is one.
    package func send(_ request: ByteBuffer, to endpoint: UpstreamEndpoint, for call: UpstreamCall) {
        eventLoop.preconditionInEventLoop()
        let origin = endpoint.origin
        // The one used last is the likeliest to be alive, and the others can grow old.
        while let connection = idle[origin]?.list.popLast() {
            guard connection.isUsable else { continue }
            return connection.send(request, for: call)
        }
        connect(to: origin) { [eventLoop] result in
            eventLoop.assertInEventLoop()
            if call.isCancelled {
                if case .success(let connection) = result { self.checkIn(connection) }
                return
            }
            switch result {
            case .success(let connection): connection.send(request, for: call)
            case .failure(let error): call.fail(UpstreamFailure(.unreachable, detail: Self.describe(error)))
            }
        }
    }

    /// Opens a connection ahead of the first request, so that this one need not wait for it.
    package func warm(_ endpoint: UpstreamEndpoint) {
        guard idle[endpoint.origin]?.list.isEmpty ?? true else { return }
        connect(to: endpoint.origin) { result in
            // A provider that can't be reached now is no matter yet; the first request will say so.
            if case .success(let connection) = result { self.checkIn(connection) }
        }
    }

    func checkIn(_ connection: UpstreamConnection) {
        guard !isClosed, connection.isUsable, connection.peers.list.count < Self.maximumIdle else {
            return connection.close()
        }
        connection.idleSince = .now()
        connection.peers.list.append(connection)
    }

    func remove(_ connection: UpstreamConnection) { connection.peers.list.removeAll { $0 === connection } }

    /// Closes connections that have been idle for long.
    package func sweep() {
        let oldest = NIODeadline.now() - Self.maximumIdleTime
        for connections in idle.values {
            for connection in connections.list where connection.idleSince < oldest { connection.close() }
        }
    }

    package func close() {
        isClosed = true
        for connections in idle.values { connections.list.forEach { $0.close() } }
        idle = [:]
    }

    private func connect(to origin: Origin, then done: @escaping (Result<UpstreamConnection, any Error>) -> Void) {
        let tls: NIOSSLContext?
        do { tls = origin.isTLS ? try context() : nil } catch { return done(.failure(error)) }
        let peers = idle[origin] ?? IdleConnections()
        idle[origin] = peers
        let secured = tls.map { _ in eventLoop.makePromise(of: Void.self) }
        let connection = UpstreamConnection(pool: self, peers: peers, secured: secured)
        let bound = NIOLoopBound(connection, eventLoop: eventLoop)
        let finish = NIOLoopBound(done, eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .connectTimeout(connectTimeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        let name = Self.isAddress(origin.host) ? nil : origin.host
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: name))
                    }
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(host: origin.host, port: origin.port)
            .map { _ in }
            .flatMap { [eventLoop, connectTimeout] in
                guard let secured else { return eventLoop.makeSucceededVoidFuture() }
                let patience = eventLoop.scheduleTask(in: connectTimeout) { bound.value.close() }
                secured.futureResult.whenComplete { _ in patience.cancel() }
                return secured.futureResult
            }
            .whenComplete { result in
                // Harmless where it was told before; where no connection came about nobody else does.
                if case .failure(let error) = result { secured?.fail(error) }
                finish.value(result.map { bound.value })
            }
    }

    private func context() throws -> NIOSSLContext {
        if let tls { return tls }
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let authorities { configuration.trustRoots = .file(authorities) }
        let made = try NIOSSLContext(configuration: configuration)
        tls = made
        return made
    }

    private static func isAddress(_ host: String) -> Bool {
        (try? SocketAddress(ipAddress: host, port: 0)) != nil
    }

    private static func describe(_ error: any Error) -> String {
        if let error = error as? NIOConnectionError {
            return error.connectionErrors.first.map { "\($0.error)" } ?? "no address for \(error.host)"
        }
        if let error = error as? NIOSSLError { return "no TLS: \(error)" }
        if let error = error as? NIOSSLExtraError { return "no TLS: \(error)" }
        return "\(error)"
    }
}

/// The connections to one origin that nobody uses at the moment. A reference, so that a connection finds its own without
/// looking for it.
final class IdleConnections {
    var list: [UpstreamConnection] = []
}
