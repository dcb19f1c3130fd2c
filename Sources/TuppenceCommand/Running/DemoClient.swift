import NIOCore
import NIOPosix
import TuppenceCore
import TuppenceGateway
import TuppenceHTTP
import TuppenceUpstream

/// The demonstration's client: one request at a time, over the same connections that the gateway itself uses upstream.
struct DemoClient {
    let port: Int

    /// - Returns: the status, our own headers and the body, as lines for people.
    func post(_ path: String, key: String, body: String) async throws -> String {
        guard let endpoint = UpstreamEndpoint(baseURL: "http://127.0.0.1:\(port)", apiKey: key) else {
            throw Failure("Port \(port) makes no address.")
        }
        var request = ByteBuffer()
        request.writeString("POST \(path) HTTP/1.1\r\n")
        request.writeField("host", endpoint.hostField)
        request.writeField("authorization", "Bearer \(endpoint.apiKey ?? "")")
        request.writeField("content-type", "application/json")
        request.writeField("content-length", body.utf8.count)
        request.writeEndOfHead()
        request.writeString(body)
        let bytes = request
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        return try await loop.flatSubmit {
            let answer = DemoAnswer(loop.makePromise())
            let pool = UpstreamPool(eventLoop: loop)
            pool.send(bytes, to: endpoint, for: UpstreamCall(receiver: answer))
            // The answer and its pool live until there is an answer: nothing else refers to them.
            let keptAlive = NIOLoopBound((answer, pool), eventLoop: loop)
            return answer.promise.futureResult.always { _ in keptAlive.value.1.close() }
        }.get()
    }
}

private final class DemoAnswer: UpstreamReceiver {
    let promise: EventLoopPromise<String>
    private var text = ""

    init(_ promise: EventLoopPromise<String>) { self.promise = promise }

    func upstream(head: ResponseHead) {
        let ours = head.fields.pairs.filter { $0.name.hasPrefix("x-tuppence-") && $0.name != "x-tuppence-request-id" }
        text = "→ \(head.status)  " + ours.map { "\($0.name): \($0.value)" }.joined(separator: "  ") + "\n  "
    }

    func upstream(body: ByteBuffer) { text += String(buffer: body) }
    func upstreamReadComplete() {}
    func upstreamEnded() { promise.succeed(text) }
    func upstream(failed failure: UpstreamFailure) { promise.fail(failure) }
}
