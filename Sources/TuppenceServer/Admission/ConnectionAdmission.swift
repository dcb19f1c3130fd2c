import Logging
import NIOCore
import Synchronization
import TuppenceCore

/// Counts the connections of callers, and says which of them may come in. What is locked here is locked for a connection,
/// and never for a request.
final class ConnectionAdmission: Sendable {
    /// A place that was given, to be given back.
    struct Place: Sendable {
        fileprivate let isConnection: Bool
        /// Whose connections are counted.
        fileprivate let block: NetworkAddress?
    }

    private struct State {
        var connections = 0
        var byAddress: [NetworkAddress: Int] = [:]
        /// Since it was last said that connections are refused.
        var refused = 0
        var toldAt: NIODeadline?
    }

    private let inForce: Mutex<AdmissionRules>
    private let logger: Logger?
    private let state = Mutex(State())

    /// How often at the most it is said that connections are refused.
    private static let pause = TimeAmount.minutes(1)

    init(_ rules: AdmissionRules, logger: Logger?) {
        inForce = Mutex(rules)
        self.logger = logger
    }

    var rules: AdmissionRules { inForce.withLock { $0 } }

    /// Puts other rules in force for connections that come from now on; those that are here stay.
    func replace(_ rules: AdmissionRules) { inForce.withLock { $0 = rules } }

    /// Whose connection it is, if it is that of a proxy.
    func proxy(behind channel: any Channel) -> NetworkAddress? {
        let rules = rules
        guard !rules.proxies.isEmpty, let peer = NetworkAddress(of: channel), rules.isProxy(peer) else { return nil }
        return peer
    }

    /// A place for a connection from `peer`; nil where there is none. Behind a proxy are callers that will be looked at by
    /// themselves.
    func admit(from peer: NetworkAddress?) -> Place? {
        let rules = rules
        let isProxy = peer.map { rules.isProxy($0) } ?? false
        if !isProxy, !rules.allows(peer) { return refused("server.allow does not have the address", peer) }
        return place(isConnection: true, countedFor: isProxy ? nil : peer, by: rules)
    }

    /// A place for a caller whose connection is a proxy's, and counted already; nil where there is none.
    func admit(behindProxy caller: NetworkAddress) -> Place? {
        let rules = rules
        guard rules.allows(caller) else { return refused("server.allow does not have the address", caller) }
        return place(isConnection: false, countedFor: caller, by: rules)
    }

    func leave(_ place: Place) {
        state.withLock { state in
            if place.isConnection { state.connections -= 1 }
            guard let block = place.block, let count = state.byAddress[block] else { return }
            state.byAddress[block] = count > 1 ? count - 1 : nil
        }
    }

    private func place(isConnection: Bool, countedFor address: NetworkAddress?, by rules: AdmissionRules) -> Place? {
        let block = rules.connectionsPerAddress < .max ? address?.block : nil
        let reason: String? = state.withLock { state in
            if isConnection, state.connections >= rules.connections {
                return "server.limits.connections allows \(rules.connections)"
            }
            if let block {
                let count = state.byAddress[block, default: 0]
                if count >= rules.connectionsPerAddress {
                    return "server.limits.connections_per_address allows \(rules.connectionsPerAddress)"
                }
                state.byAddress[block] = count + 1
            }
            if isConnection { state.connections += 1 }
            return nil
        }
        if let reason { return refused(reason, address) }
        return Place(isConnection: isConnection, block: block)
    }

    private func refused(_ reason: String, _ address: NetworkAddress?) -> Place? {
        let now = NIODeadline.now()
        let count: Int? = state.withLock { state in
            state.refused += 1
            if let toldAt = state.toldAt, now - toldAt < Self.pause { return nil }
            defer { state.refused = 0 }
            state.toldAt = now
            return state.refused
        }
        if let count {
            logger?.warning(
                "connections are refused",
                metadata: [
                    "why": "\(reason)", "last": "\(address.map(\.description) ?? "unknown")", "count": "\(count)",
                ])
        }
        return nil
    }
}
