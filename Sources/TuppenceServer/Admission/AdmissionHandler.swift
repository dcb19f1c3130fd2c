import NIOCore
import TuppenceCore

/// Stands before the listener's connections: one that may not come in is closed before anything is done for it.
final class AdmissionHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let admission: ConnectionAdmission

    init(_ admission: ConnectionAdmission) { self.admission = admission }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = unwrapInboundIn(data)
        guard let place = admission.admit(from: NetworkAddress(of: channel)) else { return channel.close(promise: nil) }
        channel.closeFuture.whenComplete { [admission] _ in admission.leave(place) }
        context.fireChannelRead(data)
    }
}

extension NetworkAddress {
    /// Of the other side; nil where that has no address of IP.
    init?(of channel: any Channel) {
        switch channel.remoteAddress {
        case .v4(let address): self.init(ipv4: UInt32(bigEndian: address.address.sin_addr.s_addr))
        case .v6(let address): self = withUnsafeBytes(of: address.address.sin6_addr) { NetworkAddress(ipv6: $0) }
        case .unixDomainSocket, nil: return nil
        }
    }
}
