import NIOCore
import TuppenceHTTP

/// A call came to no end: its connection closed, as they all do when the gateway stops, or failed.
package struct CallInterrupted: Error {
    /// What its connection failed of, if it did.
    package let cause: (any Error)?

    package init(_ cause: (any Error)? = nil) { self.cause = cause }

    /// The cause, to stand at the end of a sentence: in brackets behind a space, or nothing.
    package var inBrackets: String { cause.map { " (\($0))" } ?? "" }
}

/// What comes back of a call.
enum CallPart: Sendable {
    case head(ResponseHead)
    case body(ByteBuffer)
    /// All of it has come; what it cost is booked.
    case end
}

/// Parts of an answer, as fast as they are read and no faster.
typealias CallParts = NIOThrowingAsyncSequenceProducer<
    CallPart, any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, CallReading
>

/// The caller's end of a connection to the data plane, for one call.
final class CallHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let parts: CallParts.Source
    private var parser = ResponseParser()
    private var input = ByteBuffer()
    private var hasEnded = false

    init(_ parts: CallParts.Source) { self.parts = parts }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
        do {
            while !hasEnded, let event = try parser.next(&input) {
                switch event {
                case .head(let head): tell(.head(head), context)
                case .body(let bytes): tell(.body(bytes), context)
                case .end:
                    hasEnded = true
                    tell(.end, context)
                    parts.finish()
                    context.close(promise: nil)
                }
            }
        } catch { fail(error, context) }
    }

    private func tell(_ part: CallPart, _ context: ChannelHandlerContext) {
        guard case .stopProducing = parts.yield(part), !hasEnded else { return }
        context.channel.setOption(.autoRead, value: false).whenFailure { _ in }
    }

    private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
        hasEnded = true
        parts.finish(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !hasEnded { fail(CallInterrupted(), context) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if !hasEnded { fail(CallInterrupted(error), context) }
    }
}

/// Has a connection read on as its answer is taken, and closes it when nobody takes it any more.
struct CallReading: NIOAsyncSequenceProducerDelegate {
    let channel: any Channel

    // An event loop that is gone must not be asked for anything, and may be gone once a connection is.
    func produceMore() {
        if channel.isActive { channel.setOption(.autoRead, value: true).whenFailure { _ in } }
    }

    func didTerminate() { if channel.isActive { channel.close(promise: nil) } }
}
