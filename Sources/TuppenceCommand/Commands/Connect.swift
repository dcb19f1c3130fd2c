import ArgumentParser
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway

struct Connect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What to paste so that a program goes through this gateway: shells, files, code.",
        discussion: """
            Without a client it lists those that are known. Nothing is sent, and nothing is written: the address is that of the \
            configuration, the model a route of it.
            """)

    @Argument(
        help: "The program: claude-code, codex, cursor, openai-python …",
        completion: .list(ConnectClient.all.map(\.name)))
    var client: String?

    @OptionGroup var gateway: GatewayOptions
    @Option(help: "A route, or a model. Without it, the first route for chats, else the first model for them.")
    var model: String?
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        guard let client else { return try list() }
        guard let entry = ConnectClient.all.first(where: { $0.name == client }) else {
            throw ValidationError(
                "'\(client)' is no client that is known. There are: \(ConnectClient.all.map(\.name).joined(separator: ", ")). Others want a base URL and a key: see 'tuppence connect openai-python'."
            )
        }
        let loaded = try gateway.options.loadForStore()
        let key = try gateway.gatewayKey(in: loaded)
        let output = try ConnectOutput(
            entry, address: gateway.gatewayAddress(in: loaded), key: key,
            model: try plain(model) ?? loaded.firstChatModel)
        if json { return try JSONOutput.print(output) }
        print(output.text)
    }

    private func list() throws {
        let lines = ConnectClient.all.map { ConnectLine(client: $0.name, title: $0.title, speaks: $0.speaks) }
        if json { return try JSONOutput.print(lines) }
        var table = Table(["client", "what it is", "speaks"])
        for line in lines { table.add([line.client, line.title, line.speaks]) }
        print(table.text + "\n\nWhat to paste for one: tuppence connect <client>")
    }

    private func plain(_ model: String?) throws -> String? {
        guard let model else { return nil }
        guard Pasted.isPlain(model) else { throw ValidationError("'\(model)' is no name of a route or model.") }
        return model
    }
}

private struct ConnectLine: Encodable {
    var client: String
    var title: String
    var speaks: String
}

/// What one client is told of one gateway.
private struct ConnectOutput: Encodable {
    var client: String
    var title: String
    /// Without `/v1`.
    var address: String
    /// Nil where none is known here; the blocks have ``keyPlaceholder`` then.
    var key: String?
    /// As ``key``.
    var model: String?
    var blocks: [ConnectClient.Block]
    var notes: [String]

    private static let keyPlaceholder = "YOUR_TUPPENCE_KEY"
    private static let modelPlaceholder = "YOUR_MODEL"

    init(_ entry: ConnectClient, address: GatewayAddress, key: String?, model: String?) {
        client = entry.name
        title = entry.title
        self.address = address.description
        self.key = key
        self.model = model
        let filled = entry.filled(
            address: address, key: key ?? Self.keyPlaceholder, model: model ?? Self.modelPlaceholder)
        blocks = filled.blocks
        notes = filled.notes
        if key == nil {
            notes.append(
                "No key is known here. Put one in place of \(Self.keyPlaceholder), or name it by --key. Make one: tuppence keys create <name>"
            )
        }
        if model == nil {
            notes.append(
                "The configuration has no route and no model for chats. Put a model in place of \(Self.modelPlaceholder), or name it by --model."
            )
        }
    }

    var text: String {
        ([title] + blocks.map { "\($0.place):\n\n\($0.text)" } + notes).joined(separator: "\n\n")
    }
}
