import Foundation

/// A program that is made a caller of the gateway: what it has to be told, and where.
///
/// In its texts `{base}` stands for the gateway's address without `/v1`, `{v1}` for the same with it, `{key}` for the key and
/// `{model}` for a route or a model. All four are plain: they mean themselves in shells, JSON, TOML and YAML.
struct ConnectClient: Sendable {
    struct Block: Encodable, Sendable {
        /// Where to put it.
        var place: String
        var text: String

        init(_ place: String, _ text: String) { (self.place, self.text) = (place, text) }
    }

    /// As the command takes it: `claude-code`.
    let name: String
    /// As people call it.
    let title: String
    /// Which of the gateway's dialects it speaks.
    let speaks: String
    /// In order. Where one is in place of another, its place says so.
    let blocks: [Block]
    var notes: [String] = []

    /// The blocks and notes for one gateway.
    func filled(address: GatewayAddress, key: String, model: String) -> (blocks: [Block], notes: [String]) {
        let values = [("{base}", "\(address)"), ("{v1}", "\(address)/v1"), ("{key}", key), ("{model}", model)]
        func filled(_ text: String) -> String {
            values.reduce(text) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
        }
        return (blocks.map { Block($0.place, filled($0.text)) }, notes.map(filled))
    }
}
