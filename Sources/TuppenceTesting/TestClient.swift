import NIOCore
import NIOPosix
import TuppenceHTTP

/// A plain HTTP client for tests: one connection a request, nothing hidden.
public struct TestClient: Sendable {
    public struct Answer: Sendable {
        public var status: Int
        public var fields: [(name: String, value: String)]
        public var body: String
        /// Whether the answer came to its proper end.
        public var isComplete: Bool

        public subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
    }

    private let port: Int
    private let group: any EventLoopGroup

    public init(port: Int, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton) {
        self.port = port
        self.group = group
    }

    public func post(
        _ path: String, key: String, body: String, fields: [(String, String)] = []
    ) async throws -> Answer {
        var request =
            "POST \(path) HTTP/1.1\r\nhost: test\r\nauthorization: Bearer \(key)\r\ncontent-type: application/json\r\n"
        for (name, value) in fields { request += "\(name): \(value)\r\n" }
        return try await raw(request + "content-length: \(body.utf8.count)\r\n\r\n" + body)
    }

    /// Sends bytes as they are and hangs up, without an answer, once `wait` is over.
    public func send(_ request: String, thenLeavingAfter wait: () async throws -> Void) async throws {
        let channel = try await ClientBootstrap(group: group).connect(host: "127.0.0.1", port: port).get()
        try await channel.writeAndFlush(ByteBuffer(string: request))
        try await wait()
        try await channel.close()
    }

    /// Sends bytes as they are and reads one answer.
    ///
    /// - Parameters:
    ///   - leavingAfter: closes the connection once that many bytes of body have come.
    ///   - resets: closes it so that the other side hears of it at once, and not when it writes next.
    public func raw(_ request: String, leavingAfter: Int? = nil, resets: Bool = false) async throws -> Answer {
        let promise = group.next().makePromise(of: Answer.self)
        let channel = try await ClientBootstrap(group: group)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        AnswerCollector(promise, leavingAfter: leavingAfter, resets: resets))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        channel.writeAndFlush(ByteBuffer(string: request), promise: nil)
        let answer = try await promise.futureResult.get()
        try? await channel.close()
        return answer
    }
}

private final class AnswerCollector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var promise: EventLoopPromise<TestClient.Answer>?
    private let leavingAfter: Int?
    private let resets: Bool
    private var parser = ResponseParser()
    private var input = ByteBuffer()
    private var head: ResponseHead?
    private var body = ByteBuffer()

    init(_ promise: EventLoopPromise<TestClient.Answer>, leavingAfter: Int?, resets: Bool) {
        self.promise = promise
        self.resets = resets
        self.leavingAfter = leavingAfter
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        input.writeBuffer(&bytes)
        do {
            while promise != nil, let event = try parser.next(&input) {
                switch event {
                case .head(let head): self.head = head
                case .body(let bytes):
                    body.writeImmutableBuffer(bytes)
                    if let leavingAfter, body.readableBytes >= leavingAfter {
                        if resets { context.reset() }
                        finish(complete: false)
                        if !resets { context.close(promise: nil) }
                    }
                case .end: finish(complete: true)
                }
            }
        } catch {
            fail(error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if head == nil { fail(ChannelError.eof) } else { finish(complete: parser.closed()) }
    }

    /// Also where the connection did not come about.
    func handlerRemoved(context: ChannelHandlerContext) { fail(ChannelError.eof) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error)
        context.close(promise: nil)
    }

    private func finish(complete: Bool) {
        guard let head else { return }
        promise?.succeed(
            .init(status: head.status, fields: head.fields.pairs, body: String(buffer: body), isComplete: complete))
        promise = nil
    }

    private func fail(_ error: any Error) {
        promise?.fail(error)
        promise = nil
    }
}
