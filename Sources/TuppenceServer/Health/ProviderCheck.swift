import NIOCore
import TuppenceCore
import TuppenceHTTP
import TuppenceUpstream

/// Asks one provider again and again whether it is there.
///
/// Whatever it answers, it is there, unless that is an error of the server's own. One try that fails is followed by another
/// at once; both have room in one interval, so that a provider that is gone is known to be after that.
final class ProviderCheck: UpstreamReceiver {
    enum Verdict: Hashable {
        case there
        case gone(String)
    }

    private let provider: ConnectedProvider
    private let settings: HealthCheck
    private let eventLoop: any EventLoop
    private let pool: UpstreamPool
    private let found: (Verdict) -> Void
    private let question: ByteBuffer
    private var call: UpstreamCall?
    private var timer: Scheduled<Void>?
    private var beganAt = NIODeadline.now()
    private var triesInVain = 0
    private var received = 0
    private var wasThere = true
    private var isStopped = false

    /// What is read of an answer, so that its connection can be used again; it says nothing to us.
    private static let longestAnswer = 64 << 10
    private static let tries = 2

    init(
        _ provider: ConnectedProvider, _ settings: HealthCheck, on eventLoop: any EventLoop, through pool: UpstreamPool,
        found: @escaping (Verdict) -> Void
    ) {
        self.provider = provider
        self.settings = settings
        self.eventLoop = eventLoop
        self.pool = pool
        self.found = found
        var question = ByteBuffer(string: "GET \(provider.endpoint.pathPrefix)\(settings.path) HTTP/1.1\r\n")
        question.writeField("host", provider.endpoint.hostField)
        if let key = provider.endpoint.apiKey {
            let field = provider.provider.keyField(speaking: provider.provider.dialect)
            question.writeField(field.name, "\(field.prefix)\(key)")
        }
        question.writeField("user-agent", "tuppence")
        question.writeField("accept-encoding", "identity")
        question.writeEndOfHead()
        self.question = question
    }

    func isOf(_ other: ConnectedProvider) -> Bool { provider.endpoint == other.endpoint && settings == other.health }

    /// Whether the verdict is another than before.
    func isNews(_ verdict: Verdict) -> Bool {
        let isThere = verdict == .there
        defer { wasThere = isThere }
        return isThere != wasThere
    }

    /// Soon, but not all at once.
    func begin() { schedule(in: .milliseconds(.random(in: 0...min(settings.every.count, 1_000)))) { self.ask() } }

    func stop() {
        isStopped = true
        timer?.cancel()
        call?.cancel()
        call = nil
    }

    private func schedule(in pause: TimeAmount, _ task: @escaping () -> Void) {
        timer?.cancel()
        timer = eventLoop.assumeIsolated().scheduleTask(in: pause) { task() }
    }

    private func ask() {
        guard !isStopped else { return }
        if triesInVain == 0 { beganAt = .now() }
        received = 0
        // Of an answer that has no end: its connection would stay open for as long.
        call?.cancel()
        let call = UpstreamCall(receiver: self)
        self.call = call
        schedule(in: .milliseconds(settings.patience.count)) {
            self.call?.cancel()
            self.failed("no answer within \(self.settings.patience.count) ms")
        }
        pool.send(question, to: provider.endpoint, for: call)
    }

    private func failed(_ reason: String) {
        triesInVain += 1
        guard triesInVain >= Self.tries else { return ask() }
        conclude(.gone(reason))
    }

    private func conclude(_ verdict: Verdict) {
        triesInVain = 0
        // A little earlier than the interval has it: never later, and not the same for all.
        let due = beganAt + .milliseconds(settings.every.count * .random(in: 85...100) / 100)
        let now = NIODeadline.now()
        schedule(in: due > now ? due - now : .milliseconds(1)) { self.ask() }
        found(verdict)
    }

    // MARK: UpstreamReceiver

    func upstream(head: ResponseHead) {
        if head.status / 100 == 5 {
            call?.cancel()
            call = nil
            failed("status \(head.status)")
        } else {
            conclude(.there)
        }
    }

    func upstream(body: ByteBuffer) {
        received += body.readableBytes
        guard received > Self.longestAnswer else { return }
        call?.cancel()
        call = nil
    }

    func upstreamReadComplete() {}
    func upstreamEnded() { call = nil }

    func upstream(failed failure: UpstreamFailure) {
        guard call != nil else { return }
        call = nil
        // What breaks off behind the head has answered.
        if received == 0 && failure.kind != .truncated { failed(failure.detail) }
    }
}

extension Notice {
    /// For when a provider has gone or is back.
    init(check provider: String, _ verdict: ProviderCheck.Verdict, at now: Timestamp) {
        switch verdict {
        case .there:
            self.init(
                kind: .providerBack, at: now,
                message: "\(provider) answers its health check again. Its targets get their share back step by step.",
                details: [("provider", .text(provider))])
        case .gone(let reason):
            self.init(
                kind: .providerGone, at: now,
                message:
                    "\(provider) does not answer its health check (\(reason)). Other providers' targets go first until it does.",
                details: [("provider", .text(provider)), ("reason", .text(reason))])
        }
    }
}
