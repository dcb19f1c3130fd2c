import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP
import TuppenceUpstream

/// One request for an access token, over the connections of one event loop.
final class TokenFetch: UpstreamReceiver {
    struct Answer {
        var status: Int
        var body: [UInt8]
    }

    private let endpoint: UpstreamEndpoint
    private let request: [UInt8]
    private let loop: LoopContext
    private let done: (Result<Answer, GoogleServiceAccount.Fault>) -> Void
    private var call: UpstreamCall?
    private var answer = Answer(status: 0, body: [])

    private static let patience = TimeAmount.seconds(10)
    private static let maximumBytes = 64 << 10

    init(
        _ endpoint: UpstreamEndpoint, body: [UInt8], on loop: LoopContext,
        done: @escaping (Result<Answer, GoogleServiceAccount.Fault>) -> Void
    ) {
        self.endpoint = endpoint
        request = body
        self.loop = loop
        self.done = done
    }

    func begin() {
        var message = ByteBuffer(string: "POST \(endpoint.pathPrefix.isEmpty ? "/" : endpoint.pathPrefix) HTTP/1.1\r\n")
        message.writeField("host", endpoint.hostField)
        message.writeField("content-type", "application/x-www-form-urlencoded")
        message.writeField("user-agent", "tuppence")
        message.writeField("accept", "application/json")
        message.writeField("accept-encoding", "identity")
        message.writeField("content-length", request.count)
        message.writeEndOfHead()
        message.writeBytes(request)
        let call = UpstreamCall(receiver: self)
        self.call = call
        loop.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) { self.giveUp("no answer in time") }
        loop.pool.send(message, to: endpoint, for: call)
    }

    // MARK: UpstreamReceiver

    func upstream(head: ResponseHead) { answer.status = head.status }

    func upstream(body: ByteBuffer) {
        answer.body += body.readableBytesView
        if answer.body.count > Self.maximumBytes { giveUp("an answer of more than \(Self.maximumBytes) bytes") }
    }

    func upstreamReadComplete() {}

    func upstreamEnded() {
        guard call != nil else { return }
        call = nil
        hideAssertion()
        done(.success(answer))
    }

    /// What is asked with is as good as a token for an hour, and what is answered may be shown to callers.
    private func hideAssertion() {
        let assertion = request.split(separator: UInt8(ascii: "=")).last.map { String(decoding: $0, as: UTF8.self) }
        var body = ByteBuffer(bytes: answer.body)
        ProviderSecrets([assertion]).hide(in: &body)
        answer.body = Array(body.readableBytesView)
    }

    func upstream(failed failure: UpstreamFailure) { giveUp(failure.detail) }

    private func giveUp(_ reason: String) {
        guard let call else { return }
        self.call = nil
        call.cancel()
        done(.failure(.init(message: "\(endpoint.host) could not be asked (\(reason))")))
    }
}
