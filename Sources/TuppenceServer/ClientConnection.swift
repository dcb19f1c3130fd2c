import NIOCore
import NIOTLS
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// One caller's connection: requests in, answers out, one at a time and in order.
final class ClientConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        /// TLS is being agreed on.
        case handshake
        /// Between requests, or within a head.
        case head
        /// The head is in and was accepted; its body is coming.
        case body(PendingRequest)
        /// A request is being answered; what comes meanwhile waits.
        case answering
        /// The last answer is out; what still comes is thrown away until the caller closes.
        case lingering
    }

    let loop: LoopContext
    private let isTLS: Bool
    /// Nil where who sends a request was looked at when the connection came.
    private let callers: ForwardedCallers?
    private var context: ChannelHandlerContext?
    private var parser: RequestParser
    private var input = ByteBuffer()
    private var phase: Phase
    private var driver: (any LoopTask)?
    /// Takes down the present answer, where it is kept for requests under the same `idempotency-key`.
    private var recording: AnswerRecording?
    /// Whether the connection goes on after the present answer.
    private var keepAlive = true
    private(set) var isHTTP10 = false
    private var isHeadRequest = false
    /// Of the present request.
    private var fields: HeaderFields?
    private var dialect = Dialect.openAI
    private var authentication = Authentication()
    private var callerClosedItsSide = false
    private var isReading = true
    private var phaseSince: Timestamp
    /// When the bytes of an unfinished head began to come.
    private var headSince: Timestamp?
    /// When the caller last took some of what we had written, or there was nothing to take.
    private var lastProgress: Timestamp
    private var lastUnsent = 0
    private var isAdvancing = false

    /// Bytes of later requests that are kept while one is being answered.
    private static let maximumPipelined = 64 << 10
    private static let lingerTime = Milliseconds.seconds(2)

    init(loop: LoopContext, overTLS: Bool = false, callers: ForwardedCallers? = nil) {
        self.loop = loop
        self.callers = callers
        isTLS = overTLS
        phase = overTLS ? .handshake : .head
        parser = RequestParser(limits: loop.framing)
        phaseSince = loop.now
        lastProgress = phaseSince
    }

    // MARK: Reading

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        loop.add(self)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if case .lingering = phase { return }
        if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
        advance()
    }

    /// Reads on in what has come, as far as the present phase allows.
    private func advance() {
        // An answer that is there at once leads back here: the loop below goes on, instead of one within it.
        guard !isAdvancing else { return }
        isAdvancing = true
        defer { isAdvancing = false }
        do {
            while true {
                switch phase {
                case .answering:
                    if input.readableBytes > Self.maximumPipelined { setReading(false) }
                    return
                case .lingering, .handshake: return
                case .head:
                    // A caller that asks without reading waits until it has read.
                    guard isWritable else { return setReading(false) }
                case .body: break
                }
                guard let event = try parser.next(&input) else { break }
                switch event {
                case .head(let head): begin(head)
                case .body(let bytes): take(bytes)
                case .end: finishRequest()
                }
            }
            if case .head = phase { headSince = input.readableBytes > 0 ? headSince ?? loop.now : nil }
        } catch {
            keepAlive = false
            refuse(
                Refusal(.framing(status: error.status), "The request is not valid HTTP: \(error.reason)."),
                bodyIsOutstanding: true)
        }
    }

    private func begin(_ head: RequestHead) {
        headSince = nil
        phaseSince = loop.now
        keepAlive = head.keepAlive && !loop.isLeaving
        isHTTP10 = head.isHTTP10
        fields = head.fields
        dialect = head.callerDialect
        isHeadRequest = head.method == .head
        do {
            try callers?.check(head.fields)
            let request = try PendingRequest(head, loop: loop, authentication: &authentication)
            phase = .body(request)
            if head.expectsContinue, head.framing != .none, input.readableBytes == 0 {
                write(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"))
            }
        } catch {
            // An unread body would be taken for the next request, so this connection ends here if there is one.
            refuse(error, bodyIsOutstanding: head.framing != .none)
        }
    }

    private func take(_ bytes: ByteBuffer) {
        guard case .body(let request) = phase else { return }
        do { try request.append(bytes, on: loop) } catch {
            refuse(error, bodyIsOutstanding: true, of: request.purpose.spender)
        }
    }

    private func finishRequest() {
        guard case .body(let request) = phase else { return }
        phase = .answering
        phaseSince = loop.now
        lastProgress = phaseSince
        switch request.purpose {
        case .answer(let answer): send(answer)
        case .generate(let endpoint, let key, let snapshot):
            do {
                if let answers = snapshot.idempotentAnswers, !endpoint.isCount,
                    let once = try IdempotentRequest(request, endpoint: endpoint, key: key)
                {
                    let driver = IdempotencyDriver(
                        try answers.claim(once), request, endpoint: endpoint, key: key, snapshot: snapshot,
                        client: self)
                    self.driver = driver
                    return driver.begin()
                }
            } catch {
                return refuse(request, error)
            }
            answer(endpoint, request, key: key, snapshot: snapshot)
        case .response(let call, let key, let snapshot):
            begin(StoredResponseDriver(.show(call), key: key, snapshot: snapshot, client: self))
        case .feedback(let key):
            do {
                let driver = try FeedbackDriver(request, key: key, client: self)
                self.driver = driver
                driver.begin()
            } catch {
                refuse(request, error)
            }
        case .quote(let key, let snapshot):
            do {
                let driver = try QuoteDriver(request, key: key, snapshot: snapshot, client: self)
                self.driver = driver
                driver.begin()
            } catch {
                refuse(request, error)
            }
        case .meter(let call, let key, let snapshot):
            do {
                let driver = MeterDriver(
                    call, key: key, snapshot: snapshot, options: try CallerOptions(request.head.fields), client: self)
                self.driver = driver
                try driver.begin(request)
            } catch {
                driver = nil
                refuse(request, error)
            }
        }
    }

    /// Has the request answered, which nothing stands in for.
    func answer(_ endpoint: OpenAIEndpoint, _ request: PendingRequest, key: Key, snapshot: GatewaySnapshot) {
        if endpoint == .responses, let id = ResponsesConversation.previousID(Array(request.body.readableBytesView)) {
            return begin(StoredResponseDriver(.goOn(request, from: id), key: key, snapshot: snapshot, client: self))
        }
        generate(endpoint, request, key: key, snapshot: snapshot)
    }

    private func begin(_ driver: StoredResponseDriver) {
        self.driver = driver
        driver.begin()
    }

    func generate(_ endpoint: OpenAIEndpoint, _ request: PendingRequest, key: Key, snapshot: GatewaySnapshot) {
        do {
            guard
                let driver = try ExchangeDriver(request, endpoint: endpoint, key: key, snapshot: snapshot, client: self)
            else {
                let estimate = try TokenCount.estimate(request, endpoint)
                request.giveBackPlace()
                return send(estimate)
            }
            self.driver = driver
            driver.begin()
        } catch {
            refuse(request, error)
        }
    }

    /// Whose money a request would have taken, and by which endpoint.
    struct Spender {
        let key, endpoint: String
    }

    // MARK: Answering

    /// Sends bytes of an answer.
    func write(_ bytes: ByteBuffer) {
        if let recording { take(bytes, recording) }
        context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    private func take(_ bytes: ByteBuffer, _ recording: AnswerRecording) {
        recording.take(bytes)
        guard recording.isSpoiled, context == nil else { return }
        // Too long to be kept, and nobody is there to have it. Its driver is in the middle of writing it.
        loop.eventLoop.assumeIsolated().execute { self.giveUp() }
    }

    /// Has the present answer taken down. It is then given to its end, though its caller should leave: whoever sends the
    /// request again has it.
    func record(_ recording: AnswerRecording) { self.recording = recording }

    /// What has been written of the answer is no success, whatever its head says.
    func answerFailed() { recording?.spoil() }

    private(set) var isWritable = true

    /// Whether the connection is to be closed behind the present answer, as its head has to say.
    var closesAfterAnswer: Bool { !keepAlive }

    /// The answer cannot be framed otherwise (an HTTP/1.0 stream), or must not be followed by another.
    func closeAfterAnswer() { keepAlive = false }

    /// The answer to `request` may take long, and what was read for it is not needed as it came.
    func rest(_ request: PendingRequest) {
        fields = request.head.fields
        if input.readableBytes == 0 { input = ByteBuffer() }
    }

    /// The present answer is wholly written.
    func answerFinished() {
        driver = nil
        if let recording {
            recording.finish(at: loop.now)
            self.recording = nil
            loop.letGo(of: self)
        }
        phaseSince = loop.now
        guard keepAlive, !callerClosedItsSide, !loop.isDraining else { return linger() }
        phase = .head
        setReading(true)
        advance()
    }

    /// - Parameter spender: who would have had to pay for it, where it is known what that would have been.
    func refuse(_ refusal: Refusal, bodyIsOutstanding: Bool = false, of spender: Spender? = nil) {
        if bodyIsOutstanding { keepAlive = false }
        let id = loop.newRequestID()
        loop.figures.addRefused(dialect: dialect.number, status: refusal.code.status)
        if let spender {
            loop.refusals.add(
                RefusedRequest(refusal, id: id, at: loop.now, key: spender.key, endpoint: spender.endpoint))
        }
        send(LocalAnswer(refusal: refusal, base: baseURL, dialect: dialect, requestID: id))
    }

    /// Refuses a request that has been read.
    func refuse(_ request: PendingRequest, _ refusal: Refusal) {
        request.giveBackPlace()
        refuse(refusal, of: request.purpose.spender)
    }

    /// Where the caller reached us, by its own `Host`: behind a proxy only the caller knows.
    var baseURL: String {
        let host = fields?.first("host") ?? "\(loop.settings.host):\(loop.settings.port)"
        let scheme = isTLS || fields?.first("x-forwarded-proto") == "https" ? "https" : "http"
        return "\(scheme)://\(host)"
    }

    func send(_ answer: LocalAnswer) {
        phase = .answering
        var head = ByteBuffer()
        head.writeStatusLine(answer.status)
        head.writeField("date", loop.dateText())
        head.writeField("content-type", answer.contentType)
        head.writeField("content-length", answer.body.count)
        let id = answer.requestID ?? loop.newRequestID()
        head.writeField("x-request-id", id.description)
        head.writeField("x-tuppence-request-id", id.description)
        if dialect == .anthropic { head.writeField("request-id", id.description) }
        head.writeImmutableBuffer(answer.fields)
        writeConnectionField(to: &head)
        head.writeEndOfHead()
        if !isHeadRequest { head.writeBytes(answer.body) }
        write(head)
        answerFinished()
    }

    func writeConnectionField(to head: inout ByteBuffer) {
        if closesAfterAnswer {
            head.writeField("connection", "close")
        } else if isHTTP10 {
            head.writeField("connection", "keep-alive")
        }
    }

    // MARK: Closing

    /// Closes our side and reads the rest away for a while: closing with bytes unread would reset the connection, and the
    /// caller would never see the answer.
    private func linger() {
        phase = .lingering
        phaseSince = loop.now
        input = ByteBuffer()
        setReading(true)
        guard let context else { return }
        if callerClosedItsSide {
            context.close(promise: nil)
        } else {
            context.channel.close(mode: .output).whenFailure { _ in }
        }
    }

    func closeNow() { context?.close(promise: nil) }

    /// Closes once everything written has gone out, if no request is being answered.
    func closeIfIdle() {
        switch phase {
        case .handshake: closeNow()
        case .head: if input.readableBytes == 0 { linger() }
        case .body, .answering, .lingering: break
        }
    }

    /// Bytes of answers that the caller has not taken yet.
    var unsentBytes: Int {
        (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    /// Notes whether the caller takes what we write.
    private func watchProgress(_ now: Timestamp) {
        let unsent = unsentBytes
        if unsent == 0 || unsent < lastUnsent { lastProgress = now }
        lastUnsent = unsent
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            phase = .head
            phaseSince = loop.now
        } else if let event = event as? ChannelEvent, event == .inputClosed {
            callerClosedItsSide = true
            switch phase {
            // A caller that closes its side before the answer has begun is gone; one in a stream may still be reading.
            case .answering: if let driver, !driver.hasBegunAnswer { context.close(promise: nil) }
            default: context.close(promise: nil)
            }
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        loop.remove(self)
        if let recording, !recording.isSpoiled, !loop.isAbandoned {
            // Nothing holds the answer up any more.
            keepAlive = false
            isWritable = true
            loop.keep(self)
            driver?.clientWritabilityChanged(true)
        } else {
            giveUp()
        }
        context.fireChannelInactive()
    }

    /// Nobody is there to have the present answer, nor is it kept for anybody.
    func giveUp() {
        recording = nil
        loop.letGo(of: self)
        let left = driver
        driver = nil
        left?.clientGone()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    // MARK: Pressure and time

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        driver?.clientWritabilityChanged(isWritable)
        if isWritable, case .head = phase {
            setReading(true)
            advance()
        }
        context.fireChannelWritabilityChanged()
    }

    private func setReading(_ reading: Bool) {
        guard let context, isReading != reading else { return }
        isReading = reading
        context.channel.setOption(.autoRead, value: reading).whenFailure { _ in }
    }

    func timePassed(_ now: Timestamp) {
        let settings = loop.settings
        watchProgress(now)
        // Takes nothing of its answer: holding that would hold a provider's connection too.
        if now - lastProgress > settings.idleTimeout { return closeNow() }
        switch phase {
        case .handshake: if now - phaseSince > settings.headTimeout { closeNow() }
        case .head:
            if let headSince, now - headSince > settings.headTimeout {
                keepAlive = false
                refuse(
                    Refusal(
                        .requestTimeout,
                        "The head of the request did not come within \(settings.headTimeout.count / 1_000) s."),
                    bodyIsOutstanding: true)
            } else if headSince == nil, lastUnsent == 0, now - phaseSince > settings.idleTimeout {
                closeNow()
            }
        case .body(let request):
            let elapsed = now - phaseSince
            let allowed = Milliseconds(
                settings.bodyGrace.count + Int64(request.bodyBytes) * 1_000 / settings.minimumBodyRate)
            if elapsed > allowed {
                refuse(
                    Refusal(.requestTimeout, "The body came at less than \(settings.minimumBodyRate) bytes a second."),
                    bodyIsOutstanding: true, of: request.purpose.spender)
            }
        case .answering: break
        case .lingering:
            if lastUnsent > 0 { phaseSince = now } else if now - phaseSince > Self.lingerTime { closeNow() }
        }
    }
}

extension Refusal {
    static func bodyTooLarge(_ limit: Int) -> Refusal {
        Refusal(.requestTooLarge, "The body is larger than \(limit) bytes. Send less, or raise server.max_body.")
    }
}
