/// Where the control plane listens.
public enum ConsoleSettings: Hashable, Sendable {
    /// On 127.0.0.1:8081, or where there is room if that is taken: nobody has said anything about it.
    case standard
    case at(host: String, port: Int)
    case off

    public static let standardHost = "127.0.0.1"
    public static let standardPort = 8081
}

extension YAMLCursor {
    /// Reads `127.0.0.1:8081` or `off`.
    ///
    /// - Parameter listen: where callers are served, which is taken.
    func console(besides listen: (host: String, port: Int)) -> ConsoleSettings? {
        let settings: ConsoleSettings? = value("an address such as 127.0.0.1:8081, or 'off'") { text in
            if text == "off" { return .off }
            return ServerSettings.address(text).map { .at(host: $0.host, port: $0.port) }
        }
        if case .at(let host, let port)? = settings, port != 0, (host, port) == listen {
            report("The console can't listen where callers are served.", "Give it a port of its own, or write 'off'.")
        }
        return settings
    }
}
