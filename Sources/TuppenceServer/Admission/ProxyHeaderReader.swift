import NIOCore
import TuppenceCore

/// Reads what a proxy says of its caller before all else, and then leaves: the rest is the caller's.
final class ProxyHeaderReader: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let admission: ConnectionAdmission
    private let proxy: NetworkAddress?
    private let patience: TimeAmount
    private var input = ByteBuffer()
    private var timer: Scheduled<Void>?
    private var isOver = false

    /// - Parameter patience: how long the header may take.
    init(_ admission: ConnectionAdmission, proxy: NetworkAddress?, patience: TimeAmount) {
        self.admission = admission
        self.proxy = proxy
        self.patience = patience
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isOver { return context.fireChannelRead(data) }
        var bytes = unwrapInboundIn(data)
        input.writeBuffer(&bytes)
        let header: Result<ProxyHeader?, ProxyHeader.Malformed> = input.withUnsafeReadableBytes { bytes in
            do throws(ProxyHeader.Malformed) { return .success(try ProxyHeader.read(bytes)) } catch {
                return .failure(error)
            }
        }
        switch header {
        case .success(nil): return
        case .success(let header?): pass(header, context)
        case .failure: context.close(promise: nil)
        }
    }

    private func pass(_ header: ProxyHeader, _ context: ChannelHandlerContext) {
        guard isAllowed(header.source, context) else { return context.close(promise: nil) }
        isOver = true
        input.moveReaderIndex(forwardBy: header.length)
        if input.readableBytes > 0 {
            context.fireChannelRead(wrapInboundOut(input))
            context.fireChannelReadComplete()
        }
        input = ByteBuffer()
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    private func isAllowed(_ caller: NetworkAddress?, _ context: ChannelHandlerContext) -> Bool {
        // The proxy on its own behalf, to see whether we are there.
        guard let caller else { return admission.rules.allows(proxy) }
        guard let place = admission.admit(behindProxy: caller) else { return false }
        context.channel.closeFuture.whenComplete { [admission] _ in admission.leave(place) }
        return true
    }
}
