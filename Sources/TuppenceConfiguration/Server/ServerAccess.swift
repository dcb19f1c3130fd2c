import TuppenceCore

/// Who may connect, and who is believed whom it connects for.
public struct ServerAccess: Hashable, Sendable {
    /// Nil for everybody.
    public var allowed: [NetworkRange]?
    public var trustedProxies: [NetworkRange] = []
    /// Whether those begin each connection with the PROXY protocol.
    public var proxyProtocol = false
    /// The origins whose pages may read answers in browsers; nil for all.
    public var origins: [String]?

    public init() {}

    static let keys = ["allow", "trusted_proxies", "proxy_protocol", "cors"]
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
        origins = fields["cors"]?.origins()
    }
}

extension YAMLCursor {
    /// Reads `on`, `off` or `[ https://app.example ]`; nil for `on`.
    fileprivate func origins() -> [String]? {
        guard !isScalar else {
            let answers = ["on": true, "off": false]
            return value("'on', 'off' or a list of origins") { answers[$0] } == false ? [] : nil
        }
        return list(of: "origins").compactMap { cursor in
            cursor.value("an origin such as https://app.example, in small letters and without a path") {
                Self.isOrigin($0) ? $0 : nil
            }
        }
    }

    private static func isOrigin(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count > 1, parts[0].hasSuffix(":"), parts[1].isEmpty else { return false }
        return !parts[2].isEmpty && !text.contains(where: \.isUppercase)
            && text.utf8.allSatisfy { (33...126).contains($0) }
    }

    fileprivate func networks() -> [NetworkRange] {
        list(of: "addresses").compactMap { cursor in
            cursor.value(
                "an address such as 192.0.2.1 or a range such as 10.0.0.0/8, with no bit set behind its prefix"
            ) { NetworkRange($0) }
        }
    }
}
