import NIOCore
import NIOPosix
import Synchronization
import TuppenceHTTP

/// A provider that does exactly as it is told: a real HTTP server on this machine whose every byte a test decides.
public final class ScriptedUpstream: Sendable {
    public enum Step: Sendable {
        case write(ByteBuffer)
        case pause(Milliseconds)
        /// Closes the connection after what was written has gone out.
        case close
        /// Closes it at once, with a reset.
        case reset
        /// Says nothing more, and keeps the connection open.
        case hang

        public typealias Milliseconds = Int64
    }

    public struct Request: Sendable {
        public var path: String
        public var fields: [(name: String, value: String)]
        public var body: String
    }

    private let channel: any Channel
    private let log: RequestLog

    public var port: Int { channel.localAddress?.port ?? 0 }
    public var baseURL: String { "http://127.0.0.1:\(port)/v1" }
    public var requests: [Request] { log.requests }
    /// Connections that neither side has closed.
    public var openConnections: Int { log.openConnections }
    /// Connections that there have been.
    public var connections: Int { log.connections }

    private init(channel: any Channel, log: RequestLog) {
        self.channel = channel
        self.log = log
    }

    /// - Parameters:
    ///   - early: what to do about a request whose head alone has come, by its path, where that is all that is ever read of it.
    ///   - answer: what to do about each request.
    public static func start(
        on group: any EventLoopGroup, early: @escaping @Sendable (RequestHead) -> [Step]? = { _ in nil },
        answer: @escaping @Sendable (Request) -> [Step]
    ) async throws -> ScriptedUpstream {
        let log = RequestLog()
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        ScriptedConnection(log, early) { request in
                            log.add(request)
                            return answer(request)
                        })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let upstream = ScriptedUpstream(channel: channel, log: log)
        TestResources.current?.add { try await upstream.stop() }
        return upstream
    }

    /// Accepts no more connections. The second time nothing happens.
    public func stop() async throws {
        do { try await channel.close() } catch ChannelError.alreadyClosed {}
    }
}

/// What has been asked of a server, by all of its connections.
private final class RequestLog: Sendable {
    private let log = Mutex<[ScriptedUpstream.Request]>([])
    private let current = Atomic(0)
    private let all = Atomic(0)
    var requests: [ScriptedUpstream.Request] { log.withLock { $0 } }
    var openConnections: Int { current.load(ordering: .acquiring) }
    var connections: Int { all.load(ordering: .acquiring) }
    func add(_ request: ScriptedUpstream.Request) { log.withLock { $0.append(request) } }
    func opened() {
        all.add(1, ordering: .acquiringAndReleasing)
        current.add(1, ordering: .acquiringAndReleasing)
    }
    func closed() { current.subtract(1, ordering: .acquiringAndReleasing) }
}

extension ScriptedUpstream.Step {
    /// A whole answer with a length.
    public static func answer(
        _ body: String, status: Int = 200, type: String = "application/json", fields: [(String, String)] = []
    ) -> ScriptedUpstream.Step {
        var bytes = ByteBuffer()
        bytes.writeStatusLine(status)
        bytes.writeField("content-type", type)
        for (name, value) in fields { bytes.writeString("\(name): \(value)\r\n") }
        bytes.writeField("content-length", body.utf8.count)
        bytes.writeEndOfHead()
        bytes.writeString(body)
        return .write(bytes)
    }

    /// The head of a stream; ``chunk(_:)`` and ``lastChunk`` follow.
    public static func streamHead(type: String = "text/event-stream") -> ScriptedUpstream.Step {
        .write(ByteBuffer(string: "HTTP/1.1 200 OK\r\ncontent-type: \(type)\r\ntransfer-encoding: chunked\r\n\r\n"))
    }

    public static func chunk(_ text: String) -> ScriptedUpstream.Step {
        var bytes = ByteBuffer()
        bytes.writeChunkSize(text.utf8.count)
        bytes.writeString(text)
        bytes.writeChunkEnd()
        return .write(bytes)
    }

    public static var lastChunk: ScriptedUpstream.Step { .write(ByteBuffer(string: "0\r\n\r\n")) }
}

private final class ScriptedConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let log: RequestLog
    private let early: (RequestHead) -> [ScriptedUpstream.Step]?
    private let answer: (ScriptedUpstream.Request) -> [ScriptedUpstream.Step]
    private var parser = RequestParser()
    private var input = ByteBuffer()
    private var head: RequestHead?
    private var body = ByteBuffer()

    init(
        _ log: RequestLog, _ early: @escaping (RequestHead) -> [ScriptedUpstream.Step]?,
        answer: @escaping (ScriptedUpstream.Request) -> [ScriptedUpstream.Step]
    ) {
        self.log = log
        self.early = early
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) { log.opened() }
    func channelInactive(context: ChannelHandlerContext) { log.closed() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        input.writeBuffer(&bytes)
        do {
            while let event = try parser.next(&input) {
                switch event {
                case .head(let head):
                    self.head = head
                    body = ByteBuffer()
                    guard let steps = early(head) else { break }
                    context.channel.setOption(.autoRead, value: false).whenFailure { _ in }
                    return play(steps[...], context)
                case .body(let bytes): body.writeImmutableBuffer(bytes)
                case .end:
                    guard let head else { return }
                    let request = ScriptedUpstream.Request(
                        path: head.path, fields: head.fields.pairs, body: String(buffer: body))
                    play(answer(request)[...], context)
                }
            }
        } catch {
            context.close(promise: nil)
        }
    }

    private func play(_ steps: ArraySlice<ScriptedUpstream.Step>, _ context: ChannelHandlerContext) {
        var steps = steps
        while let step = steps.popFirst() {
            switch step {
            case .write(let bytes): context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            case .pause(let span):
                let rest = steps
                context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(span)) {
                    if context.channel.isActive { self.play(rest, context) }
                }
                return
            case .close: context.close(promise: nil)
            case .reset: return context.reset()
            case .hang: return
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
