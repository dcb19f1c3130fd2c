/// What the sandbox has served since it started or was reset, and what that costs: the provider's side of the books.
///
/// As JSON (`GET /sandbox/bill`) the names are in snake case: `prompt_tokens`, `by_model`.
public struct SandboxBill: Hashable, Sendable, Codable {
    /// One model's share.
    public struct Line: Hashable, Sendable, Codable {
        public internal(set) var requests = 0
        public internal(set) var promptTokens = 0
        /// Those of `promptTokens` that were billed as cached.
        public internal(set) var cachedTokens = 0
        public internal(set) var completionTokens = 0
        public internal(set) var embeddingTokens = 0
        /// Images, characters, seconds and units of search that were charged for.
        public internal(set) var pieces = 0
        public internal(set) var nanodollars: Int64 = 0

        enum CodingKeys: String, CodingKey {
            case requests
            case promptTokens = "prompt_tokens"
            case cachedTokens = "cached_tokens"
            case completionTokens = "completion_tokens"
            case embeddingTokens = "embedding_tokens"
            case pieces
            case nanodollars
        }
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

    enum CodingKeys: String, CodingKey {
        case requests
        case promptTokens = "prompt_tokens"
        case cachedTokens = "cached_tokens"
        case completionTokens = "completion_tokens"
        case embeddingTokens = "embedding_tokens"
        case pieces
        case nanodollars
        case byModel = "by_model"
    }

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
