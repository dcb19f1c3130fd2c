import Foundation

/// A proxy of one's own that connections with TLS go through, by `CONNECT`: it sees the names of hosts, and nothing of what is said.
public struct ForwardProxy: Hashable, Sendable {
    let host: String
    let port: Int
    /// The value of `Proxy-Authorization`, if it wants one.
    let authorization: String?
    /// Hosts that are reached without it.
    private let exceptions: [Exception]

    private struct Exception: Hashable, Sendable {
        /// With those below it; `*` for all.
        var host: String
        /// Nil for all.
        var port: Int?
    }

    /// - Parameters:
    ///   - address: `http://user:password@host:port`, or only `host:port`, as `HTTPS_PROXY` has it.
    ///   - exceptions: as `NO_PROXY` has them: names, which stand for those below them too, and addresses, with a port or without,
    ///     between commas; `*` for all.
    /// - Returns: nil if that is no address of a proxy that speaks plain HTTP.
    public init?(address: String, exceptions: String = "") {
        guard let parts = URLComponents(string: address.contains("://") ? address : "http://\(address)"),
            parts.scheme?.lowercased() == "http", let host = parts.host, !host.isEmpty
        else { return nil }
        self.host = host.filter { $0 != "[" && $0 != "]" }
        port = parts.port ?? 80
        authorization = parts.user.map { user in
            "Basic " + Data("\(user):\(parts.password ?? "")".utf8).base64EncodedString()
        }
        self.exceptions = exceptions.split(separator: ",").compactMap { Self.exception($0) }
    }

    /// Whether connections to that host are made through it. This machine is always reached without.
    func isUsed(host: String, port: Int) -> Bool {
        let host = host.lowercased()
        if host == "localhost" || host == "::1" || Self.isLoopback(host) { return false }
        return !exceptions.contains { exception in
            if let only = exception.port, only != port { return false }
            return exception.host == "*" || host == exception.host || host.hasSuffix("." + exception.host)
        }
    }

    /// Whether it is an address such as 127.0.0.1, and no name that begins like one.
    private static func isLoopback(_ host: String) -> Bool {
        host.hasPrefix("127.") && host.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
    }

    private static func exception(_ text: Substring) -> Exception? {
        var name = text.filter { $0 != " " && $0 != "\t" }.lowercased()
        var port: Int?
        if name.filter({ $0 == ":" }).count == 1 || name.contains("]:"), let colon = name.lastIndex(of: ":") {
            port = Int(name[name.index(after: colon)...])
            name = String(name[..<colon])
        }
        name = name.filter { $0 != "[" && $0 != "]" }
        if name.hasPrefix("*.") { name.removeFirst(2) } else if name.hasPrefix(".") { name.removeFirst() }
        return name.isEmpty ? nil : Exception(host: name, port: port)
    }
}
