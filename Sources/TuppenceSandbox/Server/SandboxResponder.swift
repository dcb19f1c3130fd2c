import Foundation  // for the C struct behind SO_LINGER
import NIOCore
import TuppenceHTTP

/// Performs the steps of one answer on a connection, and bills them as they happen.
final class SandboxResponder {
    /// Why playing paused.
    enum Pause: Hashable, Sendable {
        case wait(Duration)
        /// The client reads more slowly than the answer is written: play on when the channel is writable.
        case unwritable
        /// Nothing is to be done until the client closes.
        case hung
        /// The answer is complete, and another request may follow.
        case finished
        /// The answer is complete, and the connection is to be closed.
        case last
        /// The connection is closed, or closes by itself.
        case gone
    }

    /// After so many events other connections of the event loop get their turn.
    private static let eventsPerTurn = 64

    private let answer: SandboxAnswer
    private let options: SandboxHTTPOptions
    private let ledger: SandboxLedger
    private var meter: SandboxMeter?
    private var keepsAlive: Bool
    private var inChunks = false
    private var played = 0

    init(_ answer: SandboxAnswer, _ options: SandboxHTTPOptions, ledger: SandboxLedger) {
        self.answer = answer
        self.options = options
        self.ledger = ledger
        keepsAlive = options.keepsAlive
    }

    /// Plays on from where it paused, until it must pause again or the connection is gone.
    func play(on context: ChannelHandlerContext) -> Pause {
        var turn = 0
        while played < answer.steps.count, context.channel.isActive {
            guard context.channel.isWritable else { return .unwritable }
            if turn == Self.eventsPerTurn { return .wait(.zero) }
            turn += 1
            let step = answer.steps[played]
            played += 1
            if let pause = perform(step, context) { return pause }
        }
        return .gone
    }

    private func perform(_ step: SandboxStep, _ context: ChannelHandlerContext) -> Pause? {
        switch step {
        case .wait(let duration): return .wait(duration)
        case .generate(let charge): meter = SandboxMeter(charge, ledger: ledger)
        case .head(let head):
            context.write(NIOAny(bytes(of: head)), promise: nil)
            // The head of a document leaves together with its body.
            if head.length == nil || options.omitsBody { context.flush() }
        case .send(let bytes, let tokens):
            meter?.produced(tokens)
            if !options.omitsBody { send(bytes, context) }
        case .end:
            if inChunks, !options.omitsBody { endChunks(context) }
            return keepsAlive ? .finished : .last
        case .cut:
            // The promise of an empty write is kept when all before it is on the wire.
            let channel = context.channel
            context.writeAndFlush(NIOAny(ByteBuffer())).whenComplete { _ in channel.close(promise: nil) }
            return .gone
        case .reset:
            reset(context)
            return .gone
        case .hang: return .hung
        }
        return nil
    }

    private func bytes(of head: SandboxHead) -> ByteBuffer {
        var out = ByteBuffer()
        out.writeStatusLine(head.status)
        let usual = head.length == nil ? "text/event-stream; charset=utf-8" : "application/json"
        out.writeField("content-type", head.contentType ?? usual)
        out.writeField("x-request-id", answer.requestID)
        if let seconds = head.retryAfterSeconds { out.writeField("retry-after", seconds) }
        if let type = head.errorType { out.writeField("x-amzn-errortype", type) }
        if let length = head.length {
            out.writeField("content-length", length)
        } else {
            out.writeField("cache-control", "no-cache")
            inChunks = options.knowsChunks
            if inChunks { out.writeField("transfer-encoding", "chunked") } else { keepsAlive = false }
        }
        if !keepsAlive {
            out.writeField("connection", "close")
        } else if !options.knowsChunks {
            out.writeField("connection", "keep-alive")
        }
        out.writeEndOfHead()
        return out
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        guard !bytes.isEmpty else { return context.flush() }
        var out = ByteBuffer()
        if inChunks { out.writeChunkSize(bytes.count) }
        out.writeBytes(bytes)
        if inChunks { out.writeChunkEnd() }
        context.writeAndFlush(NIOAny(out), promise: nil)
    }

    private func endChunks(_ context: ChannelHandlerContext) {
        var out = ByteBuffer()
        out.writeLastChunk()
        context.writeAndFlush(NIOAny(out), promise: nil)
    }

    /// Closes so that the client sees a reset: with no time to linger, the kernel sends RST instead of FIN.
    private func reset(_ context: ChannelHandlerContext) {
        let channel = context.channel
        guard let socket = channel as? any SocketOptionProvider else { return channel.close(promise: nil) }
        socket.setSoLinger(NIOLinger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
    }
}
