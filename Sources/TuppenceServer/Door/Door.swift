import Logging
import NIOCore
import Synchronization
import TuppenceCore

/// Counts the connections of callers, and says which of them may stay. What is locked here is locked for a connection, and
/// never for a request.
final class Door: Sendable {
    private struct State {
        var connections = 0
        var byAddress: [NetworkAddress: Int] = [:]
        /// Since it was last said that connections are refused.
        var refused = 0
        var toldAt: NIODeadline?
    }

    private let rules: DoorRules
    private let logger: Logger?
    private let state = Mutex(State())

    /// How often at the most it is said that connections are refused.
    private static let pause = TimeAmount.minutes(1)

    init(_ rules: DoorRules, logger: Logger?) {
        self.rules = rules
        self.logger = logger
    }

    /// Whether another connection has its place; one that has is to ``leave(_:)`` at its end.
    ///
    /// - Parameter address: nil where it has none.
    func admit(_ address: NetworkAddress?) -> Bool {
        let reason: String? = state.withLock { state in
            if state.connections >= rules.connections {
                return "server.limits.connections allows \(rules.connections)"
            }
            if rules.connectionsPerAddress < .max, let block = address?.block {
                let count = state.byAddress[block, default: 0]
                if count >= rules.connectionsPerAddress {
                    return "server.limits.connections_per_address allows \(rules.connectionsPerAddress)"
                }
                state.byAddress[block] = count + 1
            }
            state.connections += 1
            return nil
        }
        guard let reason else { return true }
        tell(reason, address)
        return false
    }

    func leave(_ address: NetworkAddress?) {
        state.withLock { state in
            state.connections -= 1
            guard rules.connectionsPerAddress < .max, let block = address?.block,
                let count = state.byAddress[block]
            else { return }
            state.byAddress[block] = count > 1 ? count - 1 : nil
        }
    }

    private func tell(_ reason: String, _ address: NetworkAddress?) {
        let now = NIODeadline.now()
        let refused: Int? = state.withLock { state in
            state.refused += 1
            if let toldAt = state.toldAt, now - toldAt < Self.pause { return nil }
            defer { state.refused = 0 }
            state.toldAt = now
            return state.refused
        }
        guard let refused else { return }
        logger?.warning(
            "connections are refused",
            metadata: [
                "why": "\(reason)", "last": "\(address.map(\.description) ?? "unknown")", "refused": "\(refused)",
            ])
    }
}

/// Stands before the listener's connections: one that has no place is closed before anything is done for it.
final class Doorkeeper: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let door: Door

    init(_ door: Door) { self.door = door }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = unwrapInboundIn(data)
        let address = channel.remoteAddress.flatMap { NetworkAddress($0) }
        guard door.admit(address) else { return channel.close(promise: nil) }
        channel.closeFuture.whenComplete { [door] _ in door.leave(address) }
        context.fireChannelRead(data)
    }
}

extension NetworkAddress {
    /// Nil for what is no address of IP.
    init?(_ address: SocketAddress) {
        switch address {
        case .v4(let address): self.init(ipv4: UInt32(bigEndian: address.address.sin_addr.s_addr))
        case .v6(let address): self = withUnsafeBytes(of: address.address.sin6_addr) { NetworkAddress(ipv6: $0) }
        case .unixDomainSocket: return nil
        }
    }
}
