import NIOCore
import TuppenceHTTP

/// One connection: reads requests one at a time and plays the answer to each before it reads the next.
final class SandboxConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case reading
        case answering(SandboxResponder)
        /// The last answer is on its way out, or the connection is gone: what comes in is dropped.
        case closing
    }

    private static let mostBodyBytes = 32 << 20
    /// How much of the next requests a client may send ahead of the answer.
    private static let mostBytesAhead = 1 << 20
    /// How long a client may take to close after it was told that the connection closes.
    private static let patience = TimeAmount.seconds(1)

    private let service: SandboxService
    private var parser = RequestParser()
    private var phase = Phase.reading
    private var input = ByteBuffer()
    private var head: RequestHead?
    private var body = ByteBuffer()
    private var timer: Scheduled<Void>?
    private var isPlaying = false

    init(_ service: SandboxService) { self.service = service }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        switch phase {
        case .closing: return
        case .reading:
            append(&bytes)
            readRequests(context)
        case .answering:
            append(&bytes)
            if input.readableBytes > Self.mostBytesAhead { context.close(promise: nil) }
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { resume(context) }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        phase = .closing
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The client went away in its own manner; channelInactive follows and does what is to be done.
        context.close(promise: nil)
    }

    private func append(_ bytes: inout ByteBuffer) {
        if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
    }

    private func readRequests(_ context: ChannelHandlerContext) {
        while case .reading = phase {
            do throws(FramingError) {
                guard let event = try parser.next(&input) else { return }
                try take(event, context)
            } catch {
                refuse(error, context)
            }
        }
    }

    private func take(_ event: RequestParser.Event, _ context: ChannelHandlerContext) throws(FramingError) {
        switch event {
        case .head(let head):
            self.head = head
            body = ByteBuffer()
            if head.expectsContinue { context.writeAndFlush(wrapOutboundOut(Self.goOn), promise: nil) }
        case .body(var bytes):
            guard body.readableBytes + bytes.readableBytes <= Self.mostBodyBytes else {
                throw FramingError(status: 413, "the body is larger than \(Self.mostBodyBytes) bytes")
            }
            if body.readableBytes == 0 { body = bytes } else { body.writeBuffer(&bytes) }
        case .end:
            guard let head else { preconditionFailure("a request ended that had no head") }
            let request = SandboxRequest(head, body: Array(body.readableBytesView))
            body = ByteBuffer()
            begin(service.answer(request), SandboxHTTPOptions(head), context)
        }
    }

    private func refuse(_ error: FramingError, _ context: ChannelHandlerContext) {
        begin(service.answer(.unreadable(status: error.status, error.reason)), .last, context)
    }

    private static let goOn = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")
}

extension SandboxConnection {
    private func begin(_ answer: SandboxAnswer, _ options: SandboxHTTPOptions, _ context: ChannelHandlerContext) {
        let responder = SandboxResponder(answer, options, ledger: service.ledger)
        phase = .answering(responder)
        play(responder, context)
    }

    /// Plays on after a pause. What the client sent meanwhile is read once the answer has ended.
    private func resume(_ context: ChannelHandlerContext) {
        guard case .answering(let responder) = phase else { return }
        play(responder, context)
        readRequests(context)
    }

    private func play(_ responder: SandboxResponder, _ context: ChannelHandlerContext) {
        // Writing can make the channel writable again and so call back here, while a step is being performed.
        guard !isPlaying, timer == nil else { return }
        isPlaying = true
        let pause = responder.play(on: context)
        isPlaying = false
        guard case .answering = phase else { return }
        switch pause {
        case .wait(let duration): schedule(in: TimeAmount(duration), context) { self.resume(context) }
        case .unwritable, .hung: break
        case .finished: phase = .reading
        case .last:
            phase = .closing
            close(context)
        case .gone: phase = .closing
        }
    }

    /// Ends the sending side and gives the client time to do the same: closing both sides at once while the client
    /// still sends would reset the connection and with it what the client has yet to read.
    private func close(_ context: ChannelHandlerContext) {
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { _ in
            guard context.channel.isActive else { return }
            self.schedule(in: Self.patience, context) { context.close(promise: nil) }
        }
        context.close(mode: .output, promise: sent)
    }

    private func schedule(in delay: TimeAmount, _ context: ChannelHandlerContext, _ task: @escaping () -> Void) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: delay) {
            self.timer = nil
            task()
        }
    }
}
