/// A model of the sandbox and what it costs.
struct SandboxModel: Hashable, Sendable {
    enum Kind: Hashable, Sendable { case chat, embedding }

    let id: String
    let kind: Kind
    let input: Rate
    let cachedInput: Rate
    let output: Rate

    static let all = [
        SandboxModel(id: "chat-small", kind: .chat, input: 100_000, cachedInput: 25_000, output: 400_000),
        SandboxModel(id: "chat-large", kind: .chat, input: 3_000_000, cachedInput: 300_000, output: 15_000_000),
        SandboxModel(id: "embed-small", kind: .embedding, input: 20_000, cachedInput: 20_000, output: 0),
    ]

    static var names: String { all.map(\.id).joined(separator: ", ") }

    static func named(_ id: some StringProtocol) -> SandboxModel? { all.first { $0.id == id } }

    var json: SandboxJSON {
        ["id": .string(id), "object": "model", "created": 1_767_225_600, "owned_by": "sandbox"]
    }
}

extension SandboxModel {
    /// Picodollars per token: $0.10 per million tokens is `100_000`.
    struct Rate: Hashable, Sendable, ExpressibleByIntegerLiteral {
        let picodollars: Int64

        init(integerLiteral value: Int64) { picodollars = value }

        /// Nanodollars for `tokens`, rounded up.
        func price(of tokens: Int) -> Int64 { (Int64(tokens) * picodollars + 999) / 1_000 }
    }
}
