import NIOCore
import NIOTLS
import TuppenceCore
import TuppenceHTTP

/// Who is told what becomes of a request. Every call comes on the event loop that the request was sent from.
package protocol UpstreamReceiver: AnyObject {
    func upstream(head: ResponseHead)
    func upstream(body: ByteBuffer)
    /// What one read brought has been told; what it led to can go out together.
    func upstreamReadComplete()
    func upstreamEnded()
    func upstream(failed failure: UpstreamFailure)
}

/// One connection to a provider: one request at a time, kept open in between.
final class UpstreamConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Strong until the connection is closed, and so for as long as the pool refers to it: weak references would put
    /// every object on the hot path behind a side table.
    private var pool: UpstreamPool?
    let peers: IdleConnections
    private var context: ChannelHandlerContext?
    private var parser = ResponseParser()
    private var input = ByteBuffer()
    private var call: UpstreamCall?
    private var headSeen = false
    private var bytesSeen = false
    private var mayPersist = true
    private var served = 0
    private var sentAt = NIODeadline.now()
    private var isReadingPaused = false
    /// Whether nothing of the last request is still to be written: a provider may answer before it has read it.
    private var isSent = true
    /// A connection that was at rest takes so much without delay.
    private static let sentAtOnce = 8 << 10
    /// Kept until TLS is agreed on; nothing is sent before, so that what fails before has cost nothing.
    private var secured: EventLoopPromise<Void>?
    /// Comes when TLS stands; nil without TLS.
    let whenSecured: EventLoopFuture<Void>?
    private var lastError: (any Error)?
    var idleSince = NIODeadline.now()

    /// A connection that closes sooner than this after a request has not answered it, but refused to read it.
    private static let refusalTime = TimeAmount.seconds(1)

    /// - Parameter secured: for a connection with TLS: told when that stands, or why it does not.
    init(pool: UpstreamPool, peers: IdleConnections, secured: EventLoopPromise<Void>?) {
        self.pool = pool
        self.peers = peers
        self.secured = secured
        whenSecured = secured?.futureResult
    }

    /// Whether it stands, and counts among those of its origin.
    private(set) var isCounted = false
    var wasUsed: Bool { served > 0 }

    /// It stands.
    func count() {
        isCounted = true
        peers.open += 1
    }

    /// Whether nothing has been done or happened to it that ends it.
    private(set) var isUsable = true

    /// Sends a whole request; the answer goes to the call's receiver.
    func send(_ request: ByteBuffer, for call: UpstreamCall) {
        guard let context else { return call.fail(UpstreamFailure(.reset, detail: "the connection is closed")) }
        self.call = call
        call.connection = self
        headSeen = false
        bytesSeen = false
        mayPersist = true
        sentAt = .now()
        isSent = request.readableBytes <= Self.sentAtOnce
        guard !isSent else { return context.writeAndFlush(wrapOutboundOut(request), promise: nil) }
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenSuccess { [weak self] in self?.isSent = true }
        context.writeAndFlush(wrapOutboundOut(request), promise: sent)
    }

    /// Gives the current request up; the connection with it, since the rest of its answer is still to come.
    func cancel() {
        call = nil
        close()
    }

    func setReading(_ reading: Bool) {
        guard let context, isReadingPaused == reading else { return }
        isReadingPaused = !reading
        context.channel.setOption(.autoRead, value: reading).whenFailure { _ in }
    }

    func giveUpTLS() {
        lastError = TLSTimeout()
        close()
    }

    func close() {
        isUsable = false
        context?.close(promise: nil)
    }

    // MARK: ChannelInboundHandler

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        isUsable = false
        leaveUnsecured()
    }

    private func leaveUnsecured() {
        secured?.fail(lastError ?? ChannelError.eof)
        secured = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard call != nil else {
            // Nobody asked for this: whatever it is, the next answer must not begin with it.
            return close()
        }
        bytesSeen = true
        input.takeIn(unwrapInboundIn(data))
        parse()
        // Of many streams most are silent: what they are read into goes round.
        if call != nil, input.readableBytes == 0 { input = ByteBuffer() }
    }

    func channelReadComplete(context: ChannelHandlerContext) { call?.receiver?.upstreamReadComplete() }

    private func parse() {
        do {
            while let call, let event = try parser.next(&input) {
                switch event {
                case .head(let head):
                    headSeen = true
                    mayPersist = head.keepAlive
                    call.receiver?.upstream(head: head)
                case .body(let bytes): call.receiver?.upstream(body: bytes)
                case .end: finish()
                }
            }
        } catch {
            fail(UpstreamFailure(headSeen ? .truncated : .invalid, detail: error.reason))
            close()
        }
    }

    private func finish() {
        let finished = call
        call = nil
        served += 1
        setReading(true)
        // Bytes beyond the answer are a second answer that nobody asked for; and what is left of a request would stand before
        // the next one.
        if mayPersist && isSent && input.readableBytes == 0 && isUsable {
            input = ByteBuffer()
            idleSince = .now()
            pool?.checkIn(self)
        } else {
            close()
        }
        finished?.end()
    }

    private func fail(_ failure: UpstreamFailure) {
        let failed = call
        call = nil
        failed?.fail(failure)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            secured?.succeed()
            secured = nil
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        isUsable = false
        leaveUnsecured()
        pool?.remove(self)
        defer { pool = nil }
        guard call != nil else { return }
        if parser.closed() {
            mayPersist = false
            finish()
        } else if headSeen {
            fail(UpstreamFailure(.truncated, detail: "the connection closed within the answer"))
        } else if NIODeadline.now() - sentAt > Self.refusalTime {
            // It had the time to work on the request, and may charge for it: another one could be charged as well.
            fail(UpstreamFailure(.truncated, detail: "the connection closed without an answer"))
        } else if served > 0 && !bytesSeen {
            fail(UpstreamFailure(.stale, detail: "a kept connection was closed"))
        } else {
            fail(UpstreamFailure(.reset, detail: "the connection closed without an answer"))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        lastError = error
        close()
    }
}

/// A request on its way: the handle by which its sender cancels it or slows it down.
package final class UpstreamCall {
    /// Both until the call is over.
    fileprivate var receiver: (any UpstreamReceiver)?
    fileprivate var connection: UpstreamConnection?
    package private(set) var isCancelled = false

    package init(receiver: any UpstreamReceiver) { self.receiver = receiver }

    /// Whether the request has been written to a connection; before that it waits for one.
    package var hasLeft: Bool { connection != nil }

    /// Has somebody else told what is still to come.
    package func hand(to receiver: any UpstreamReceiver) { if self.receiver != nil { self.receiver = receiver } }

    /// Ends the call; its receiver hears no more of it.
    package func cancel() {
        isCancelled = true
        receiver = nil
        let connection = connection
        self.connection = nil
        connection?.cancel()
    }

    fileprivate func end() {
        connection = nil
        let receiver = receiver
        self.receiver = nil
        receiver?.upstreamEnded()
    }

    /// Stops or resumes reading, so that a fast provider waits for a slow caller.
    package func setReading(_ reading: Bool) { connection?.setReading(reading) }

    /// Ends the call where the request could not be sent.
    package func fail(_ failure: UpstreamFailure) {
        connection = nil
        let receiver = receiver
        self.receiver = nil
        receiver?.upstream(failed: failure)
    }
}
