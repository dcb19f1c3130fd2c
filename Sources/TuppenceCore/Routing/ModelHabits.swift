/// What a model makes beyond what a request allows for, and is paid for: known by its name, whoever offers it.
public struct ModelHabits: Hashable, Sendable {
    /// Output limits below this one are raised to it.
    public private(set) var leastOutputLimit = 1
    /// Tokens of reasoning that may come for each answer on top of its output limit.
    public private(set) var reasoningBeyondLimit = 0
    /// Searches that it makes for every request, asked for or not.
    public private(set) var searches = 0

    public init(of model: String) {
        var model = model
        self = model.withUTF8 { ModelHabits(ModelName(bytes: $0)) }
    }

    /// The same at a provider whose limits begin at `least`.
    func raisingLimits(to least: Int) -> ModelHabits {
        var habits = self
        habits.leastOutputLimit = max(leastOutputLimit, least)
        return habits
    }

    private init(_ name: ModelName) {
        // OpenAI's Responses refuse limits below 16, so OpenRouter raises them: 6 of 6 recorded answers of
        // openai/gpt-4.1-mini with a limit of 1 have 16 tokens. Who else does so cannot be told from outside.
        if name.begins("gpt-") || name.begins("chatgpt-") || name.isOSeries { leastOutputLimit = 16 }
        // xAI's limits are for what follows the reasoning, at whatever host: of 38 recorded answers 20 went beyond, by up
        // to 1,141 tokens. No page says where that ends.
        if name.has("grok"), !name.isGrokWithoutReasoning { reasoningBeyondLimit = 32_768 }
        // Perplexity's thinks beyond any limit: the examples beside its prices have hundreds of thousands of such tokens.
        if name.has("sonar-deep-research") { reasoningBeyondLimit = 393_216 }
        if name.has("deep-research") {
            searches = 30
        } else if name.has(":online") {
            searches = Searches.unlessLimited
        } else if name.has("search-preview") || name.has("search-api") {
            searches = 1
        }
    }
}

/// How many searches are counted with, and what each brings.
public enum Searches {
    /// For a request that may search and does not say how often. Recorded are 3 at the most.
    public static let unlessLimited = 5
    /// The tokens of input that the results of one add up to: recorded are up to 12,900 for one, 16,900 for three.
    static let inputTokens = 16_384
    /// More than any request could make.
    public static let most = 1_000
}

/// Looks for words in a model's name: asked for each request to a target that is no route's.
private struct ModelName {
    let bytes: UnsafeBufferPointer<UInt8>
    /// Behind the last slash, where whoever offers it has been named.
    private let start: Int

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        start = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    }

    func begins(_ word: StaticString) -> Bool { matches(word, at: start) }

    func has(_ word: StaticString) -> Bool {
        var index = start
        while index + word.utf8CodeUnitCount <= bytes.count {
            if matches(word, at: index) { return true }
            index += 1
        }
        return false
    }

    /// `o1`, `o3-mini`.
    var isOSeries: Bool {
        bytes.count > start + 1 && bytes[start] | 0x20 == UInt8(ascii: "o") && (48...57).contains(bytes[start + 1])
    }

    var isGrokWithoutReasoning: Bool {
        has("non-reasoning") || has("grok-2") || has("grok-beta") || has("grok-vision") || has("grok-3") && !has("mini")
    }

    /// Whether `word`, which is in small letters, stands at `index`.
    private func matches(_ word: StaticString, at index: Int) -> Bool {
        guard index + word.utf8CodeUnitCount <= bytes.count else { return false }
        for offset in 0..<word.utf8CodeUnitCount {
            let byte = bytes[index + offset]
            let small = (65...90).contains(byte) ? byte | 0x20 : byte
            if small != word.utf8Start[offset] { return false }
        }
        return true
    }
}
