import Foundation
import TuppenceDialects

extension Provider {
    /// Where the environment says that it runs; nil where its variable is not set, or holds no address.
    ///
    /// `http://gpu:11434`, `gpu:11434`, `gpu` and `:11434` are all in use; what they leave out is as in the catalogue. A server's
    /// own `0.0.0.0`, by which it means every address of its machine, is this machine to those who call it.
    ///
    /// Source: https://github.com/ollama/ollama/blob/main/envconfig/config.go (read 2026-11).
    func baseURL(in environment: [String: String]) -> String? {
        guard
            let text = baseURLVariable.flatMap({ environment[$0] })?.trimmingCharacters(
                in: CharacterSet(charactersIn: " \t\"'")),
            !text.isEmpty, let usual = URL(string: baseURL), let usualHost = usual.host()
        else { return nil }
        let scheme = ["http://", "https://"].first(where: text.hasPrefix)
        let rest = text.dropFirst(scheme?.count ?? 0)
        var authority = String(rest.prefix { $0 != "/" })
        guard scheme == nil || !authority.isEmpty else { return nil }
        var path = rest.dropFirst(authority.count)
        while path.hasSuffix("/") { path.removeLast() }
        // The colons of an IPv6 address stand within brackets, or are all that there is.
        if authority.count(where: { $0 == ":" }) > 1, !authority.hasPrefix("[") { authority = "[\(authority)]" }
        let behind = authority.lastIndex(of: "]").map { authority.index(after: $0) } ?? authority.startIndex
        let colon = authority[behind...].firstIndex(of: ":") ?? authority.endIndex
        var host = String(authority[..<colon])
        if host.isEmpty { host = usualHost }
        host = ["0.0.0.0": "127.0.0.1", "[::]": "[::1]"][host] ?? host
        var port = String(authority[colon...])
        if port.isEmpty, scheme == nil, let usualPort = usual.port { port = ":\(usualPort)" }
        if !path.hasSuffix(usual.path()) { path += usual.path() }
        return Scalar.baseURL("\(scheme ?? "http://")\(host)\(port)\(path)")
    }
}
