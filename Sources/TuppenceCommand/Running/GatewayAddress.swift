import ArgumentParser
import Foundation
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceUpstream

/// Where callers reach a gateway: `http://127.0.0.1:8080`, without a slash at its end and without `/v1`.
struct GatewayAddress: Hashable, Sendable, CustomStringConvertible {
    let description: String

    init(port: Int) { description = "http://127.0.0.1:\(port)" }

    /// Where programs on this machine reach the gateway of a configuration.
    init(of server: ServerSettings) throws(Failure) {
        guard server.listenPort != 0 else {
            throw Failure(
                "The configuration has the system choose the gateway's port, so its address can't be told. Name it: --address 127.0.0.1:<port>"
            )
        }
        let host = ["0.0.0.0": "127.0.0.1", "::": "::1"][server.listenHost] ?? server.listenHost
        description =
            "\(server.tls == nil ? "http" : "https")://\(ListenAddress(host: host, port: server.listenPort))"
    }

    /// Reads `127.0.0.1:8080` and `https://gateway.example/v1`.
    init(_ text: String) throws(ValidationError) {
        var address = text.contains("://") ? text : "http://\(text)"
        while address.hasSuffix("/") { address.removeLast() }
        if address.hasSuffix("/v1") { address.removeLast(3) }
        guard UpstreamEndpoint(baseURL: address, apiKey: nil) != nil, Pasted.isPlain(address) else {
            throw ValidationError("'\(text)' is no address of a gateway. Write host:port, or https://gateway.example.")
        }
        description = address
    }
}

/// How a command finds a running gateway, and what it shows there.
struct GatewayOptions: ParsableArguments {
    @OptionGroup var options: ConfigurationOptions

    @Option(
        help: "The gateway's address, where it is not that of the configuration: host:port, or https://gateway.example."
    )
    var address: String?

    @Option(help: "The key. Without it, TUPPENCE_KEY of the environment, or the key that the first start has made.")
    var key: String?

    func gatewayAddress(in loaded: LoadedConfiguration) throws -> GatewayAddress {
        if let address { return try GatewayAddress(address) }
        return try GatewayAddress(of: loaded.configuration.server)
    }

    /// Nil where nothing says which.
    func gatewayKey(in loaded: LoadedConfiguration) throws -> String? {
        let inEnvironment = ProcessInfo.processInfo.environment.variable("TUPPENCE_KEY")
        guard let found = try key ?? inEnvironment ?? KeyFile.kept(for: loaded) else { return nil }
        guard Pasted.isPlain(found) else { throw ValidationError("The key has characters that no key has.") }
        return found
    }
}

/// What is pasted into shells, files and programs.
enum Pasted {
    /// Whether `text` means itself within quotes of either kind, wherever it is put.
    static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"'\"\\$`".utf8.contains($0) }
    }
}
