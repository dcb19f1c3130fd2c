/// Where a notice is posted to: an `http://` or `https://` URL, taken apart.
public struct WebhookAddress: Hashable, Sendable {
    /// `https://hooks.example:8443`: what may be logged. The rest of many such URLs is a secret.
    public let origin: String
    /// What goes into the request line: path and query, `/` at least.
    public let target: String

    /// - Returns: nil if `text` is no such URL, or has a user name, a fragment or anything but visible ASCII in it.
    public init?(_ text: String) {
        guard let scheme = ["https://", "http://"].first(where: text.hasPrefix),
            text.utf8.allSatisfy({ $0 > 32 && $0 < 127 && !"\"#<>\\^`{|}".utf8.contains($0) })
        else { return nil }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard Self.isAuthority(authority) else { return nil }
        origin = scheme + authority
        let path = rest.dropFirst(authority.count)
        target = path.hasPrefix("/") ? String(path) : "/" + path
    }

    /// `host`, `host:port`, `[::1]:port`.
    private static func isAuthority(_ text: Substring) -> Bool {
        guard !text.contains("@"), !text.isEmpty else { return false }
        let host: Substring
        if text.hasPrefix("[") {
            guard let bracket = text.firstIndex(of: "]") else { return false }
            host = text[...bracket]
        } else {
            host = text.prefix { $0 != ":" }
        }
        let port = text.dropFirst(host.count)
        guard !host.isEmpty, !host.dropFirst().contains("["), port.isEmpty || port.hasPrefix(":") else { return false }
        return port.isEmpty || (UInt16(port.dropFirst()).map { $0 > 0 } ?? false) && !port.contains("+")
    }
}
