/// What the sandbox has served since it started or was reset, and what that costs: the provider's side of the books.
///
/// As JSON (`GET /sandbox/bill`) the names are in snake case: `prompt_tokens`, `by_model`.
public struct SandboxBill: Hashable, Sendable {
    /// One model's share.
    public struct Line: Hashable, Sendable {
        public internal(set) var requests = 0
        public internal(set) var promptTokens = 0
        /// Those of `promptTokens` that were billed as cached.
        public internal(set) var cachedTokens = 0
        public internal(set) var completionTokens = 0
        public internal(set) var embeddingTokens = 0
        /// Images, characters, seconds and units of search that were charged for.
        public internal(set) var pieces = 0
        public internal(set) var nanodollars: Int64 = 0
    }

    /// Generations that began; a refused request is none.
    public internal(set) var requests = 0
    public internal(set) var promptTokens = 0
    /// Those of `promptTokens` that were billed as cached.
    public internal(set) var cachedTokens = 0
    /// Tokens produced and sent, those of cut and abandoned streams included.
    public internal(set) var completionTokens = 0
    public internal(set) var embeddingTokens = 0
    public internal(set) var pieces = 0
    public internal(set) var nanodollars: Int64 = 0
    /// The same by model, fault suffixes left off.
    public internal(set) var byModel: [String: Line] = [:]

    mutating func add(_ line: Line, for model: String) {
        requests += line.requests
        promptTokens += line.promptTokens
        cachedTokens += line.cachedTokens
        completionTokens += line.completionTokens
        embeddingTokens += line.embeddingTokens
        pieces += line.pieces
        nanodollars += line.nanodollars
        byModel[model, default: Line()].add(line)
    }
}

extension SandboxBill.Line {
    fileprivate mutating func add(_ other: SandboxBill.Line) {
        requests += other.requests
        promptTokens += other.promptTokens
        cachedTokens += other.cachedTokens
        completionTokens += other.completionTokens
        embeddingTokens += other.embeddingTokens
        pieces += other.pieces
        nanodollars += other.nanodollars
    }
}

extension SandboxBill {
    /// Names stand in their order, so that equal bills are equal bytes.
    var json: SandboxJSON {
        let models = byModel.sorted { $0.key < $1.key }
        return [
            "by_model": .object(models.map { SandboxJSON.Member(name: $0.key, value: $0.value.json) }),
            "cached_tokens": .int(cachedTokens),
            "completion_tokens": .int(completionTokens),
            "embedding_tokens": .int(embeddingTokens),
            "nanodollars": .number(String(nanodollars)),
            "pieces": .int(pieces),
            "prompt_tokens": .int(promptTokens),
            "requests": .int(requests),
        ]
    }
}

extension SandboxBill.Line {
    fileprivate var json: SandboxJSON {
        [
            "cached_tokens": .int(cachedTokens),
            "completion_tokens": .int(completionTokens),
            "embedding_tokens": .int(embeddingTokens),
            "nanodollars": .number(String(nanodollars)),
            "pieces": .int(pieces),
            "prompt_tokens": .int(promptTokens),
            "requests": .int(requests),
        ]
    }
}
