import NIOCore
import TuppenceCore
import TuppenceHTTP

/// One request of the gateway's own, and how it was answered: of the answer nothing but its head is of interest.
package final class OneShotRequest: UpstreamReceiver {
    package enum Outcome: Sendable {
        case answered(ResponseHead)
        case failed(String)
    }

    private let eventLoop: any EventLoop
    private let patience: TimeAmount
    private var done: ((Outcome) -> Void)?
    private var call: UpstreamCall?
    private var timer: Scheduled<Void>?
    private var outcome: Outcome?
    private var received = 0

    /// What is read of an answer, so that its connection can be used again.
    private static let longestAnswer = 64 << 10

    /// - Parameters:
    ///   - patience: from the connection to the end of the answer.
    ///   - done: called once, unless this is cancelled before.
    package init(_ eventLoop: any EventLoop, patience: TimeAmount, done: @escaping (Outcome) -> Void) {
        self.eventLoop = eventLoop
        self.patience = patience
        self.done = done
    }

    package func send(_ request: ByteBuffer, to endpoint: UpstreamEndpoint, through pool: UpstreamPool) {
        let call = UpstreamCall(receiver: self)
        self.call = call
        timer = eventLoop.assumeIsolated().scheduleTask(in: patience) {
            self.call?.cancel()
            self.end(.failed("no answer within \(self.patience.nanoseconds / 1_000_000_000) s"))
        }
        pool.send(request, to: endpoint, for: call)
    }

    /// Nothing can be sent.
    package func fail(_ why: String) { end(.failed(why)) }

    package func cancel() {
        done = nil
        timer?.cancel()
        call?.cancel()
        call = nil
    }

    private func end(_ outcome: Outcome) {
        timer?.cancel()
        call = nil
        let done = done
        self.done = nil
        done?(outcome)
    }

    // MARK: UpstreamReceiver

    package func upstream(head: ResponseHead) { outcome = .answered(head) }

    package func upstream(body: ByteBuffer) {
        received += body.readableBytes
        guard received > Self.longestAnswer, let outcome else { return }
        call?.cancel()
        end(outcome)
    }

    package func upstreamReadComplete() {}

    package func upstreamEnded() { end(outcome ?? .failed("no answer")) }

    package func upstream(failed failure: UpstreamFailure) {
        // Its status came, and that is all that was to be known.
        end(outcome ?? .failed(failure.detail))
    }
}

extension ResponseHead {
    /// How long the receiver wants to be left alone, a day at the most; nil where it does not say, or says it by a date.
    package var retryAfter: Milliseconds? {
        let wish = fields.first("retry-after").flatMap { Int64($0) }
        return wish.flatMap { $0 > 0 ? .seconds(min($0, 86_400)) : nil }
    }
}
