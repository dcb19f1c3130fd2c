import NIOCore
import TuppenceCore
import TuppenceHTTP
import TuppenceUpstream

/// One try to deliver one notice: a POST, and how it ended.
final class WebhookPost: UpstreamReceiver {
    private let eventLoop: any EventLoop
    private var done: ((DeliveryOutcome) -> Void)?
    private var call: UpstreamCall?
    private var timer: Scheduled<Void>?
    private var outcome: DeliveryOutcome?
    private var received = 0

    /// From the connection to the end of the answer.
    private static let patience = TimeAmount.seconds(15)
    /// What is read of an answer, so that its connection can be used again; it says nothing to us.
    private static let longestAnswer = 64 << 10

    /// - Parameter done: called once, unless this is cancelled before.
    init(_ eventLoop: any EventLoop, done: @escaping (DeliveryOutcome) -> Void) {
        self.eventLoop = eventLoop
        self.done = done
    }

    func send(_ delivery: Delivery, signature: String?, at now: Timestamp, through pool: UpstreamPool) {
        guard let endpoint = UpstreamEndpoint(baseURL: delivery.address.origin, apiKey: nil) else {
            return end(.failed("an address that can't be reached", retryAfter: nil))
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
        let call = UpstreamCall(receiver: self)
        self.call = call
        timer = eventLoop.assumeIsolated().scheduleTask(in: Self.patience) {
            self.call?.cancel()
            self.end(.failed("no answer within 15 s", retryAfter: nil))
        }
        pool.send(request, to: endpoint, for: call)
    }

    func cancel() {
        done = nil
        timer?.cancel()
        call?.cancel()
        call = nil
    }

    private func end(_ outcome: DeliveryOutcome) {
        timer?.cancel()
        call = nil
        let done = done
        self.done = nil
        done?(outcome)
    }

    // MARK: UpstreamReceiver

    func upstream(head: ResponseHead) {
        switch head.status {
        case 200..<300: outcome = .delivered
        case 410: outcome = .gone
        // A redirect is one of these: whom it leads to nobody has configured.
        default:
            let wish = head.fields.first("retry-after").flatMap { Int64($0) }
            outcome = .failed(
                "status \(head.status)", retryAfter: wish.flatMap { $0 > 0 ? .seconds(min($0, 86_400)) : nil })
        }
    }

    func upstream(body: ByteBuffer) {
        received += body.readableBytes
        guard received > Self.longestAnswer, let outcome else { return }
        call?.cancel()
        end(outcome)
    }

    func upstreamReadComplete() {}

    func upstreamEnded() { end(outcome ?? .failed("no answer", retryAfter: nil)) }

    func upstream(failed failure: UpstreamFailure) {
        // Its status came, and that is all that was to be known.
        end(outcome ?? .failed("\(failure.kind): \(failure.detail)", retryAfter: nil))
    }
}
