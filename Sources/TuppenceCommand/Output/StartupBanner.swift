import TuppenceConfiguration
import TuppenceConsole
import TuppenceGateway

/// What a starting gateway says: where it listens, a key, and a line to paste.
enum StartupBanner {
    /// - Parameter token: the console's first, which is told this once.
    static func text(
        gateway: Gateway, console: Console?, loaded: LoadedConfiguration, secret: String?, token: String?
    ) -> String {
        let server = loaded.configuration.server
        let address = ListenAddress(host: server.listenHost, port: gateway.plane.port)
        let base = "\(server.tls == nil ? "http" : "https")://\(address)"
        var lines = ["Tuppence listens on \(base)/v1"]
        if loaded.isSandbox {
            lines.append("No provider is configured: the sandbox answers, and nothing costs real money.")
        }
        let found = loaded.configuration.providersOfEnvironment
        if !found.isEmpty { lines.append("Providers by the environment: \(found.joined(separator: ", "))") }
        if let console {
            lines.append("The console listens on http://\(ListenAddress(host: console.host, port: console.port))")
            lines.append(
                token.map(Self.token)
                    ?? "A token for it: tuppence console token create <name> --role owner")
        }
        guard let secret else {
            lines.append("Keys: tuppence keys list · make one: tuppence keys create <name>")
            return lines.joined(separator: "\n")
        }
        let model = loaded.firstChatModel ?? "<provider/model>"
        lines += [
            "", "Key: \(secret)", "", "Try it:", curl(base, secret, model), "",
            "With \"stream\": true in it the answer comes as it is made.",
            "What it cost: tuppence spend · every line: tuppence ledger",
        ]
        return lines.joined(separator: "\n")
    }

    static func token(_ token: String) -> String { "Token for it, shown this once: \(token)" }

    /// `-N`: a stream that somebody makes of it is shown as it comes.
    static func curl(_ base: String, _ secret: String, _ model: String) -> String {
        "curl -sSN \(base)/v1/chat/completions -H 'Authorization: Bearer \(secret)' -H 'Content-Type: application/json' "
            + "-d '{\"model\": \"\(model)\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}'"
    }
}
