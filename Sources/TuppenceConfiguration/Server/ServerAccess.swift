import TuppenceCore

/// Who may connect, and who is believed whom it connects for.
public struct ServerAccess: Hashable, Sendable {
    /// Nil for everybody.
    public var allowed: [NetworkRange]?
    public var trustedProxies: [NetworkRange] = []
    /// Whether those begin each connection with the PROXY protocol.
    public var proxyProtocol = false

    public init() {}

    static let keys = ["allow", "trusted_proxies", "proxy_protocol"]
}

extension ServerAccess {
    /// Reads `allow: [ 10.0.0.0/8 ], trusted_proxies: [ 192.0.2.1 ], proxy_protocol: true` among the fields of `server`.
    init(_ fields: YAMLFields) {
        self.init()
        allowed = fields["allow"].map { $0.networks() }
        if fields["allow"]?.node.sequence?.isEmpty == true {
            fields["allow"]?.report("an empty list lets nobody in.", "Leave 'allow' out to let everybody in.")
        }
        trustedProxies = fields["trusted_proxies"]?.networks() ?? []
        proxyProtocol = fields["proxy_protocol"]?.boolean() ?? false
        if proxyProtocol, trustedProxies.isEmpty, fields["trusted_proxies"] == nil {
            fields["proxy_protocol"]?.report(
                "nobody is believed what the PROXY protocol says.",
                "Add the addresses of your proxies: 'trusted_proxies: [ 10.0.0.5 ]'.")
        }
    }
}

extension YAMLCursor {
    fileprivate func networks() -> [NetworkRange] {
        list(of: "addresses").compactMap { cursor in
            cursor.value(
                "an address such as 192.0.2.1 or a range such as 10.0.0.0/8, with no bit set behind its prefix"
            ) { NetworkRange($0) }
        }
    }
}
