import NIOCore

/// Has a proxy connect to another host before anybody behind it knows of the connection, and then is out of the way.
final class ProxyTunnel: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let proxy: ForwardProxy
    private let origin: Origin
    private var answer = ByteBuffer()
    private var isRefused = false

    private static let longestAnswer = 16 << 10

    init(through proxy: ForwardProxy, to origin: Origin) {
        self.proxy = proxy
        self.origin = origin
    }

    func channelActive(context: ChannelHandlerContext) {
        let host = origin.host.contains(":") ? "[\(origin.host)]" : origin.host
        var text = "CONNECT \(host):\(origin.port) HTTP/1.1\r\nHost: \(host):\(origin.port)\r\n"
        if let authorization = proxy.authorization { text += "Proxy-Authorization: \(authorization)\r\n" }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text + "\r\n")), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        answer.writeImmutableBuffer(unwrapInboundIn(data))
        let text = answer.readableBytesView
        let isEnded = text.count >= 4 && text.suffix(4).elementsEqual("\r\n\r\n".utf8)
        guard let end = text.firstIndex(of: UInt8(ascii: "\n")) else {
            if text.count > Self.longestAnswer { refuse("its answer has no end", context) }
            return
        }
        let line = String(decoding: text[..<end].prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        let parts = line.split(separator: " ", maxSplits: 2)
        guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), let status = Int(parts[1]) else {
            return refuse("it speaks no HTTP/1.1", context)
        }
        guard (200..<300).contains(status) else { return refuse("it answered \(status)", context) }
        // Behind the head comes nothing yet: with TLS the other side never speaks first.
        guard isEnded else {
            if text.count > Self.longestAnswer { refuse("its answer has no end", context) }
            return
        }
        context.fireChannelActive()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    /// What comes in more pieces, behind a refusal, is nobody's business.
    private func refuse(_ why: String, _ context: ChannelHandlerContext) {
        guard !isRefused else { return }
        isRefused = true
        context.fireErrorCaught(ProxyRefusal(why: why))
        context.close(promise: nil)
    }
}

/// The proxy does not connect to whom it is to.
struct ProxyRefusal: Error, CustomStringConvertible {
    let why: String
    var description: String { "the proxy (HTTPS_PROXY) does not lead there: \(why)" }
}
