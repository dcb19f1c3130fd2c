import TuppenceCore

/// Where a PostgreSQL database is, as libpq takes it: `postgres://user@host:5432/name?sslmode=verify-full`.
///
/// It may have a password in it, which is in nothing that it is shown as.
public struct PostgresURL: Hashable, Sendable {
    /// All of it, for libpq alone.
    public let text: String
    /// Without a password.
    private let shown: String

    /// Parameters whose values are secrets.
    private static let secrets: Set<Substring> = ["password", "sslpassword"]

    /// - Returns: nil if it names no database, or if its characters leave open where a password in it ends.
    public init?(_ text: String) {
        guard let scheme = ["postgres://", "postgresql://"].first(where: text.hasPrefix),
            text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F && $0 != "#" }),
            Self.hasSoundEscapes(text)
        else { return nil }
        let parts = text.dropFirst(scheme.count).split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let places = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        // What has a slash or an '@' too many may be a password that ought to have been escaped.
        guard places.count == 2, !places[1].isEmpty, !places[1].contains("@") else { return nil }
        let authority = places[0].split(separator: "@", omittingEmptySubsequences: false)
        let hosts = authority[authority.count - 1]
        // `user:password/name`, whose host is forgotten, is none with a port.
        guard authority.count <= 2, hosts.split(separator: ",").allSatisfy(Self.hasNumberForPort) else { return nil }
        var shown = scheme
        if authority.count == 2 { shown += authority[0].prefix { $0 != ":" } + "@" }
        shown += "\(hosts)/\(places[1])"
        let parameters = (parts.count > 1 ? parts[1] : "").split(separator: "&").filter { parameter in
            !Self.secrets.contains(parameter.prefix { $0 != "=" })
        }
        if !parameters.isEmpty { shown += "?" + parameters.joined(separator: "&") }
        self.text = text
        self.shown = shown
    }

    /// libpq shows what it can't read, be it of a password.
    private static func hasSoundEscapes(_ text: String) -> Bool {
        // There is no NUL in it but as an escape.
        PercentEncoding.bytes(of: text).map { !$0.contains(0) } ?? false
    }

    private static func hasNumberForPort(_ host: Substring) -> Bool {
        let behindAddress = host.hasPrefix("[") ? host.drop { $0 != "]" } : host
        guard let colon = behindAddress.firstIndex(of: ":") else { return true }
        return UInt16(behindAddress[behindAddress.index(after: colon)...]) != nil
    }
}

extension PostgresURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { shown }
    public var debugDescription: String { shown }
    public var customMirror: Mirror { Mirror(self, children: ["shown": shown]) }
}
