import NIOCore
import NIOPosix
import TuppenceCore
import TuppenceGateway
import TuppenceHTTP
import TuppenceUpstream

/// A caller of a gateway, over the same connections that the gateway itself uses upstream: kept, and as many as are wanted.
struct GatewayClient: Sendable {
    struct Answer: Sendable {
        let status: Int
        let fields: HeaderFields
        let body: [UInt8]
    }

    private let endpoint: UpstreamEndpoint
    private let loop: any EventLoop
    private let pool: NIOLoopBound<UpstreamPool>
    /// The gateway itself bounds each request by `server.request_timeout`; this is for one that is no longer there.
    private static let patience = TimeAmount.hours(1)

    /// - Parameter network: how the gateway is reached, and who vouches for it.
    static func open(_ address: GatewayAddress, network: UpstreamNetwork = UpstreamNetwork()) async throws
        -> GatewayClient
    {
        guard let endpoint = UpstreamEndpoint(baseURL: address.description, apiKey: nil) else {
            throw Failure("'\(address)' is no address.")
        }
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let pool = try await loop.submit {
            NIOLoopBound(UpstreamPool(eventLoop: loop, network: network), eventLoop: loop)
        }.get()
        return GatewayClient(endpoint: endpoint, loop: loop, pool: pool)
    }

    /// - Parameters:
    ///   - key: visible ASCII, as `fields` are.
    ///   - body: JSON.
    /// - Throws: ``UpstreamFailure`` where there is no whole answer.
    func post(
        _ path: String, key: String, fields: [(name: String, value: String)] = [], body: [UInt8]
    ) async throws -> Answer {
        var request = ByteBuffer()
        request.writeString("POST \(endpoint.pathPrefix)\(path) HTTP/1.1\r\n")
        request.writeField("host", endpoint.hostField)
        request.writeField("authorization", "Bearer \(key)")
        request.writeField("content-type", "application/json")
        for field in fields { request.writeString("\(field.name): \(field.value)\r\n") }
        request.writeField("content-length", body.count)
        request.writeEndOfHead()
        request.writeBytes(body)
        let bytes = request
        return try await loop.flatSubmit { [loop, pool, endpoint] in
            let call = BufferedRequest(loop)
            call.send(bytes, to: endpoint, through: pool.value, patience: Self.patience)
            return call.promise.futureResult
        }.get()
    }

    func close() async throws { try await loop.submit { [pool] in pool.value.close() }.get() }
}

/// One request, until the last byte of its answer.
private final class BufferedRequest: UpstreamReceiver {
    let promise: EventLoopPromise<GatewayClient.Answer>
    private let loop: any EventLoop
    private var call: UpstreamCall?
    private var timer: Scheduled<Void>?
    private var head: ResponseHead?
    private var body: [UInt8] = []

    init(_ loop: any EventLoop) {
        self.loop = loop
        promise = loop.makePromise()
    }

    func send(
        _ request: ByteBuffer, to endpoint: UpstreamEndpoint, through pool: UpstreamPool, patience: TimeAmount
    ) {
        let call = UpstreamCall(receiver: self)
        self.call = call
        timer = loop.assumeIsolated().scheduleTask(in: patience) {
            self.call?.cancel()
            self.end(.failure(UpstreamFailure(.timeout, detail: "no answer in time")))
        }
        pool.send(request, to: endpoint, for: call)
    }

    private func end(_ result: Result<GatewayClient.Answer, any Error>) {
        timer?.cancel()
        timer = nil
        call = nil
        promise.completeWith(result)
    }

    func upstream(head: ResponseHead) { self.head = head }
    func upstream(body bytes: ByteBuffer) { body += bytes.readableBytesView }
    func upstreamReadComplete() {}

    func upstreamEnded() {
        guard let head else { return end(.failure(UpstreamFailure(.reset, detail: "no answer"))) }
        end(.success(GatewayClient.Answer(status: head.status, fields: head.fields, body: body)))
    }

    func upstream(failed failure: UpstreamFailure) { end(.failure(failure)) }
}
