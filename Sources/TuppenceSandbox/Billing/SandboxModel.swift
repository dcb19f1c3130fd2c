/// A model of the sandbox and what it costs.
struct SandboxModel: Hashable, Sendable {
    enum Kind: Hashable, Sendable { case chat, embedding, moderation, image, speech, transcription, ranking }

    let id: String
    let kind: Kind
    let input: Rate
    let cachedInput: Rate
    let output: Rate
    /// For each image, character, second or unit of search; nil where it costs by its tokens alone.
    let piece: Rate?

    init(id: String, kind: Kind, input: Rate, cachedInput: Rate, output: Rate, piece: Rate? = nil) {
        self.id = id
        self.kind = kind
        self.input = input
        self.cachedInput = cachedInput
        self.output = output
        self.piece = piece
    }

    static let all = [
        SandboxModel(id: "chat-small", kind: .chat, input: 100_000, cachedInput: 25_000, output: 400_000),
        SandboxModel(id: "chat-large", kind: .chat, input: 3_000_000, cachedInput: 300_000, output: 15_000_000),
        SandboxModel(id: "embed-small", kind: .embedding, input: 20_000, cachedInput: 20_000, output: 0),
        SandboxModel(id: "omni-moderation-latest", kind: .moderation, input: 0, cachedInput: 0, output: 0),
        SandboxModel(id: "image-small", kind: .image, input: 0, cachedInput: 0, output: 0, piece: 10_000_000_000),
        SandboxModel(id: "image-large", kind: .image, input: 5_000_000, cachedInput: 5_000_000, output: 40_000_000),
        SandboxModel(id: "speech-small", kind: .speech, input: 0, cachedInput: 0, output: 0, piece: 15_000_000),
        SandboxModel(id: "speech-large", kind: .speech, input: 600_000, cachedInput: 600_000, output: 12_000_000),
        SandboxModel(
            id: "transcribe-small", kind: .transcription, input: 0, cachedInput: 0, output: 0, piece: 100_000_000),
        SandboxModel(
            id: "transcribe-large", kind: .transcription, input: 2_500_000, cachedInput: 2_500_000, output: 10_000_000),
        SandboxModel(
            id: "rerank-small", kind: .ranking, input: 0, cachedInput: 0, output: 0, piece: 2_000_000_000),
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
