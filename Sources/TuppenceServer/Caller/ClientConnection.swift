import NIOCore
import NIOTLS
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// One caller's connection: requests in, answers out, one at a time and in order.
final class ClientConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
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
    let isTLS: Bool
    /// Nil where who sends a request was looked at when the connection came.
    private let callers: ForwardedCallers?
    var context: ChannelHandlerContext?
    private var parser: RequestParser
    var input = ByteBuffer()
    var phase: Phase
    var driver: (any LoopTask)?
    /// Takes down the present answer, where it is kept for requests under the same `idempotency-key`.
    var recording: AnswerRecording?
    /// Whether the connection goes on after the present answer.
    var keepAlive = true
    var isHTTP10 = false
    var isHeadRequest = false
    /// Of the present request.
    var fields: HeaderFields?
    var dialect = Dialect.openAI
    private var authentication = Authentication()
    var callerClosedItsSide = false
    private var isReading = true
    private(set) var isWritable = true
    var phaseSince: Timestamp
    /// When the bytes of an unfinished head began to come.
    var headSince: Timestamp?
    /// When the caller last took some of what we had written, or there was nothing to take.
    var lastProgress: Timestamp
    var lastUnsent = 0
    /// That of the last request, while much of its answer is still to go out.
    private var unsentPlace: LoadPass?
    private var isAdvancing = false

    /// Bytes of later requests that are kept while one is being answered.
    private static let maximumPipelined = 64 << 10
    static let lingerTime = Milliseconds.seconds(2)

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
        // Which may have been the first look at the clock for long.
        phaseSince = loop.now
        lastProgress = phaseSince
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .lingering = phase { return }
        input.takeIn(unwrapInboundIn(data))
        advance()
    }

    /// Reads on in what has come, as far as the present phase allows.
    func advance() {
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

    // MARK: Events of the channel

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

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        if isWritable { unsentPlace = nil }
        driver?.clientWritabilityChanged(isWritable)
        if isWritable, case .head = phase {
            setReading(true)
            advance()
        }
        context.fireChannelWritabilityChanged()
    }

    /// Keeps a request's place until its caller has taken most of the answer.
    func keep(_ place: consuming LoadPass) { if !isWritable { unsentPlace = consume place } }

    func setReading(_ reading: Bool) {
        guard let context, isReading != reading else { return }
        isReading = reading
        context.channel.setOption(.autoRead, value: reading).whenFailure { _ in }
    }
}
