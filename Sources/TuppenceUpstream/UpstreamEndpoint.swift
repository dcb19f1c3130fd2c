import TuppenceCore

/// Where a provider is reached, taken apart once when the configuration is read.
public struct UpstreamEndpoint: Hashable, Sendable {
    public var host: String { origin.host }
    public var port: Int { origin.port }
    public var isTLS: Bool { origin.isTLS }
    let origin: Origin
    /// What comes before `/chat/completions`: `/v1`.
    public let pathPrefix: String
    /// Nil where none is needed.
    public let apiKey: String?

    /// - Returns: nil if `baseURL` is no `http://` or `https://` address with a host, or if the key has characters that
    ///   no field of a request may have.
    public init?(baseURL: String, apiKey: String?) {
        guard apiKey?.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) ?? true else { return nil }
        let isTLS = baseURL.hasPrefix("https://")
        guard isTLS || baseURL.hasPrefix("http://") else { return nil }
        let rest = baseURL.dropFirst(isTLS ? 8 : 7)
        let authority = rest.prefix { $0 != "/" }
        var path = String(rest.dropFirst(authority.count))
        while path.hasSuffix("/") { path.removeLast() }
        // No credentials, queries or spaces: they would end up in request lines.
        guard !authority.isEmpty, !rest.utf8.contains(where: { $0 <= 32 || $0 >= 127 || "@?#\"<>\\".utf8.contains($0) })
        else {
            return nil
        }
        var host = authority
        var port = isTLS ? 443 : 80
        if authority.hasPrefix("["), let bracket = authority.lastIndex(of: "]") {
            host = authority[authority.index(after: authority.startIndex)..<bracket]
            let behind = authority[authority.index(after: bracket)...]
            if !behind.isEmpty {
                guard behind.hasPrefix(":"), let number = UInt16(behind.dropFirst()) else { return nil }
                port = Int(number)
            }
        } else if let colon = authority.lastIndex(of: ":") {
            guard let number = UInt16(authority[authority.index(after: colon)...]), number > 0 else { return nil }
            host = authority[..<colon]
            port = Int(number)
        }
        guard !host.isEmpty else { return nil }
        self.origin = Origin(host: String(host), port: port, isTLS: isTLS)
        self.pathPrefix = path
        self.apiKey = apiKey
        self.hostField = String(authority)
    }

    /// The value of `Host`: the authority as it was written.
    public let hostField: String
}

/// What connections are shared by.
struct Origin: Hashable, Sendable {
    let host: String
    let port: Int
    let isTLS: Bool
}
