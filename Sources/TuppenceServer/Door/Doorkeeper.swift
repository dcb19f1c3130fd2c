import NIOCore
import TuppenceCore

/// Stands before the listener's connections: one that may not come in is closed before anything is done for it.
final class Doorkeeper: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let door: Door

    init(_ door: Door) { self.door = door }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = unwrapInboundIn(data)
        guard let place = door.admit(from: NetworkAddress(of: channel)) else { return channel.close(promise: nil) }
        channel.closeFuture.whenComplete { [door] _ in door.leave(place) }
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
