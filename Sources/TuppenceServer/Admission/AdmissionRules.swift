import TuppenceCore

/// Who may connect, and how many; `Int.max` where there is no limit.
public struct AdmissionRules: Hashable, Sendable {
    public var connections = Int.max
    /// From one address, or from one network of IPv6 (/64).
    public var connectionsPerAddress = Int.max
    /// Nil for everybody.
    public var allowed: [NetworkRange]?
    /// Those who are believed whom they connect for.
    public var proxies: [NetworkRange] = []
    /// Whether they say so with their first bytes instead of in each request.
    public var proxyProtocol = false

    public init() {}

    func isProxy(_ address: NetworkAddress) -> Bool { proxies.contains { $0.contains(address) } }

    /// Somebody without an address is within this machine.
    func allows(_ address: NetworkAddress?) -> Bool {
        guard let allowed, let address else { return true }
        return allowed.contains { $0.contains(address) }
    }
}
