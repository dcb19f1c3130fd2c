import NIOCore
import TuppenceCore
import TuppenceHTTP
import TuppenceUpstream

/// One try to deliver one notice: a POST, and how it ended.
final class WebhookPost {
    private let post: OneShotRequest

    private static let patience = TimeAmount.seconds(15)

    /// - Parameter done: called once, unless this is cancelled before.
    init(_ eventLoop: any EventLoop, done: @escaping (DeliveryOutcome) -> Void) {
        post = OneShotRequest(eventLoop, patience: Self.patience) { done(DeliveryOutcome($0)) }
    }

    func send(_ delivery: Delivery, signature: String?, at now: Timestamp, through pool: UpstreamPool) {
        guard let endpoint = UpstreamEndpoint(baseURL: delivery.address.origin, apiKey: nil) else {
            return post.fail("an address that can't be reached")
        }
        let message = delivery.message
        var request = ByteBuffer()
        request.writeString("POST \(delivery.address.target) HTTP/1.1\r\n")
        request.writeField("host", endpoint.hostField)
        request.writeField("content-type", "application/json")
        request.writeField("user-agent", "tuppence")
        request.writeField("webhook-id", message.id)
        request.writeField("webhook-timestamp", Int(now.seconds))
        if let signature { request.writeField("webhook-signature", signature) }
        request.writeField("content-length", message.body.count)
        // Notices are rare: a connection that is kept would be closed by the time of the next.
        request.writeField("connection", "close")
        request.writeEndOfHead()
        request.writeBytes(message.body)
        post.send(request, to: endpoint, through: pool)
    }

    func cancel() { post.cancel() }
}

extension DeliveryOutcome {
    init(_ outcome: OneShotRequest.Outcome) {
        switch outcome {
        case .answered(let head):
            switch head.status {
            case 200..<300: self = .delivered
            case 410: self = .gone
            // A redirect is one of these: whom it leads to nobody has configured.
            default: self = .failed("status \(head.status)", retryAfter: head.retryAfter)
            }
        case .failed(let why): self = .failed(why, retryAfter: nil)
        }
    }
}
