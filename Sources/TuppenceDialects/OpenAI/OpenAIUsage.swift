import TuppenceCore

/// The `usage` object of the OpenAI dialect, split into disjoint counts.
///
/// `prompt_tokens` includes cached ones and those written to a cache, which hosts of Claude count under Anthropic's names
/// (LiteLLM, Databricks, Venice; of LiteLLM with what is kept for an hour,
/// https://docs.litellm.ai/docs/completion/prompt_caching, read 2026-11). Where all names are Anthropic's, and there is no
/// total, they come on top as there; `completion_tokens` includes reasoning. Three
/// providers differ, and their `total_tokens` shows it: xAI's reasoning and Gemini's thoughts lie outside
/// `completion_tokens`, Mistral's audio outside `prompt_tokens`. Of Perplexity's deep research the reasoning and what it has
/// read (`citation_tokens`) lie outside all of them; there it is more reasoning than `completion_tokens` that shows it.
package struct OpenAIUsage: Hashable, Sendable {
    package private(set) var usage = Usage()
    /// What the provider says it charged, in its own `cost`: a number, or Perplexity's object with a `total_cost`.
    package private(set) var reportedCost: Money?
    /// Where the object stands in the bytes it was read from.
    package private(set) var range = 0..<0
    /// Whether the object has `cost` or `cost_details` of the provider's own, or nothing at all in it: then it is written
    /// anew, while ours can otherwise simply be put in before its closing brace.
    package private(set) var isToBeRewritten = true
    /// Whether it says how often was searched, be it never.
    private(set) var countsSearches = false
    /// The tier of service that the answer around it names, if it names one.
    package internal(set) var service: ServiceTier?

    private var prompt = 0
    private var completion = 0
    private var total = 0
    private var cached = 0
    private var cacheWrite = 0
    /// What Anthropic's names count, which hosts of Claude have beside OpenAI's.
    private var cacheRead = 0
    private var cacheCreation = 0
    private var cacheCreationLong = 0
    /// Whether it counts the input under a name that Anthropic has too, and has no details of it as OpenAI has.
    private var hasForeignInput = false
    private var hasInputDetails = false
    private var audioIn = 0
    private var audioOut = 0
    private var reasoning = 0
    private var imageIn = 0
    private var imageOut = 0
    private var citations = 0

    /// Whether it counts the input, by itself or in its total, or the pieces. One that does not is none, for the answer would be
    /// free of its input, and what was used is estimated.
    var isReadable: Bool {
        hasInput || hasPieces || hasTotal && output != .unreadable && (prompt > 0 || completion == 0)
    }
    /// Whether it counts the output, by itself or in its total. OpenAI's completions leave out an output of 0, and then have the
    /// input for their total.
    package private(set) var output = OutputCount.missing
    package var lacksOutput: Bool { output != .counted }
    /// Whether a number stands where a count should and is none: less than nothing, say.
    package private(set) var isNonsense = false
    private var hasInput = false
    private var hasTotal = false
    private var hasPieces = false

    /// Reads the object at the cursor.
    init(_ cursor: inout JSONCursor) throws(JSONError) {
        let start = cursor.position
        var members = 0
        var ownCost = false
        try cursor.object { (cursor, key) throws(JSONError) in
            members += 1
            if key.equals("prompt_tokens") {
                if let count = try whole(&cursor) { (prompt, hasInput, hasForeignInput) = (count, true, false) }
            } else if key.equals("input_tokens") {
                guard let count = try whole(&cursor) else { return }
                (prompt, hasForeignInput, hasInput) = (count, !hasInput, true)
            } else if key.equals("completion_tokens") || key.equals("output_tokens") {
                let count = try whole(&cursor)
                output.take(count)
                completion = count ?? completion
            } else if key.equals("total_tokens") {
                if let count = try whole(&cursor) { (total, hasTotal) = (count, true) }
            } else if key.equals("prompt_tokens_details") {
                try promptDetails(&cursor)
            } else if key.equals("completion_tokens_details") {
                try completionDetails(&cursor)
            } else {
                try rareMember(key, &cursor, &ownCost)
            }
        }
        isToBeRewritten = ownCost || members == 0
        range = start..<cursor.position
        split()
    }

    /// What most providers do without.
    private mutating func rareMember(
        _ key: JSONText, _ cursor: inout JSONCursor, _ ownCost: inout Bool
    ) throws(JSONError) {
        if key.equals("prompt_cache_hit_tokens") || key.equals("num_cached_tokens")
            || key.equals("cached_tokens")
        {
            cached = max(cached, try part(&cursor))
        } else if key.equals("reasoning_tokens") {
            reasoning = max(reasoning, try part(&cursor))
        } else if key.equals("citation_tokens") {
            citations = try part(&cursor)
        } else if key.equals("cost") {
            ownCost = true
            reportedCost = try Self.money(&cursor)
        } else if key.equals("input_tokens_details") || key.equals("input_token_details") {
            try promptDetails(&cursor)
        } else if key.equals("output_tokens_details") {
            try completionDetails(&cursor)
        } else if key.equals("server_side_tool_usage_details") || key.equals("server_tool_use")
            || key.equals("server_tool_use_details") || key.equals("num_search_queries")
        {
            try searches(&cursor)
        } else if key.equals("cache_read_input_tokens") {
            cacheRead = try part(&cursor)
        } else if key.equals("cache_creation_input_tokens") {
            cacheCreation = max(cacheCreation, try part(&cursor))
        } else if key.equals("cache_creation") || key.equals("cache_creation_token_details") {
            try cacheCreationDetails(&cursor)
        } else if key.equals("seconds") || key.equals("prompt_audio_seconds"), try cursor.kind() == .number {
            // Whisper's, and Mistral's beside its tokens.
            if let seconds = try cursor.number().roundedUp {
                hasPieces = true
                usage.audioSecond = seconds
            }
        } else if key.equals("cost_in_usd_ticks") {
            reportedCost = try Self.ticks(&cursor) ?? reportedCost
        } else {
            if key.equals("cost_details") { ownCost = true }
            try cursor.skipValue()
        }
    }

    /// Reads the usage of a whole answer, or of an error in place of one; nil if there is none.
    package init?(inAnswer bytes: UnsafeRawBufferPointer) {
        var found: OpenAIUsage?
        var searches = 0
        do throws(JSONError) {
            try JSONCursor.document(bytes) { (cursor, key) throws(JSONError) in
                if key.equals("usage"), try cursor.kind() == .object {
                    found = try OpenAIUsage(&cursor)
                } else if key.equals("output"), try cursor.kind() == .array {
                    // Of Responses: the provider charges for them by themselves.
                    searches = try ResponsesSearches.count(&cursor)
                } else {
                    try cursor.skipValue()
                }
            }
        } catch { return nil }  // What is no JSON has none.
        guard let found, found.isReadable else { return nil }
        self = found
        if !countsSearches { usage.search = searches }
    }

    /// One of the counts that the rest are parts of.
    private mutating func whole(_ cursor: inout JSONCursor) throws(JSONError) -> Int? {
        let isNumber = try cursor.kind() == .number
        let count = try cursor.tokenCount()
        if isNumber, count == nil { isNonsense = true }
        return count
    }

    /// One of their parts; what is no count is none.
    private mutating func part(_ cursor: inout JSONCursor) throws(JSONError) -> Int { try whole(&cursor) ?? 0 }

    mutating func forgetRange() { range = 0..<0 }

    private mutating func split() {
        // Some count thoughts beside what is written, which then are no input.
        if !hasInput { prompt = max(0, total - completion - (reasoning > completion ? reasoning : 0)) }
        // Nearly all count them in the prompt, a few beside it, as Anthropic does.
        let foreign = cacheRead + cacheCreation
        let isForeign = hasForeignInput && !hasInputDetails && !hasTotal
        if foreign > 0, isForeign || foreign > prompt || total - prompt - completion == foreign { prompt += foreign }
        (cached, cacheWrite) = (max(cached, cacheRead), max(cacheWrite, cacheCreation))
        let extra = max(0, total - prompt - completion)
        if prompt == 0 && completion == 0 && output != .unreadable {
            // Some embedding endpoints give the total only.
            prompt = total
        } else if extra > 0 && extra == audioIn {
            prompt += audioIn
        } else if extra > 0 && (reasoning == 0 || extra == reasoning) {
            reasoning = extra
            completion += extra
        } else if reasoning > completion && citations > 0 {
            completion += reasoning
            prompt += citations
        }
        settleOutput()
        usage.cachedInput = min(cached, prompt)
        var rest = prompt - usage.cachedInput
        let written = min(cacheWrite, rest)
        usage.cacheWriteLong = min(cacheCreationLong, written)
        usage.cacheWrite = written - usage.cacheWriteLong
        rest -= written
        usage.audioInput = min(audioIn, rest)
        rest -= usage.audioInput
        usage.imageInput = min(imageIn, rest)
        usage.input = rest - usage.imageInput
        usage.reasoning = min(reasoning, completion)
        rest = completion - usage.reasoning
        usage.audioOutput = min(audioOut, rest)
        rest -= usage.audioOutput
        usage.imageOutput = min(imageOut, rest)
        usage.output = rest - usage.imageOutput
    }

    /// What the total, or the pieces that an answer is charged for, say of an output that has no count of its own.
    private mutating func settleOutput() {
        switch output {
        case .counted: return
        case .missing: if hasTotal || hasPieces && !hasInput { output = .counted }
        case .unreadable: if completion > 0 { output = .counted }
        }
        if lacksOutput { completion = max(completion, reasoning) }
    }

    private mutating func promptDetails(_ cursor: inout JSONCursor) throws(JSONError) {
        guard try cursor.kind() == .object else { return _ = try cursor.skipValue() }
        hasInputDetails = true
        try cursor.object { (cursor, key) throws(JSONError) in
            if key.equals("cached_tokens") {
                cached = max(cached, try part(&cursor))
            } else if key.equals("cache_write_tokens") {
                cacheWrite = try part(&cursor)
            } else if key.equals("cache_creation_tokens") || key.equals("cache_creation_input_tokens") {
                cacheCreation = max(cacheCreation, try part(&cursor))
            } else if key.equals("cache_creation_token_details") {
                try cacheCreationDetails(&cursor)
            } else if key.equals("audio_tokens") {
                audioIn = try part(&cursor)
            } else if key.equals("image_tokens") {
                imageIn = try part(&cursor)
            } else {
                try cursor.skipValue()
            }
        }
    }

    /// How long what was written to a cache is kept.
    private mutating func cacheCreationDetails(_ cursor: inout JSONCursor) throws(JSONError) {
        var written = 0
        try cursor.members { (cursor, key) throws(JSONError) in
            let count = try cursor.tokenCount() ?? 0
            if key.equals("ephemeral_1h_input_tokens") { cacheCreationLong = max(cacheCreationLong, count) }
            if key.equals("ephemeral_1h_input_tokens") || key.equals("ephemeral_5m_input_tokens") { written += count }
        }
        cacheCreation = max(cacheCreation, written)
    }

    private mutating func completionDetails(_ cursor: inout JSONCursor) throws(JSONError) {
        guard try cursor.kind() == .object else { return _ = try cursor.skipValue() }
        try cursor.object { (cursor, key) throws(JSONError) in
            if key.equals("reasoning_tokens") {
                reasoning = max(reasoning, try part(&cursor))
            } else if key.equals("audio_tokens") {
                audioOut = try part(&cursor)
            } else if key.equals("image_tokens") {
                imageOut = try part(&cursor)
            } else {
                try cursor.skipValue()
            }
        }
    }

    /// Searches, each charged by itself: xAI's, on the web and on X; OpenRouter's; and those of Perplexity's deep research,
    /// which are a number by themselves.
    private mutating func searches(_ cursor: inout JSONCursor) throws(JSONError) {
        if try cursor.kind() == .number {
            usage.search = try Self.count(&cursor)
            countsSearches = true
            return
        }
        var count = 0
        try cursor.members { (cursor, key) throws(JSONError) in
            let calls = try cursor.tokenCount() ?? 0
            if key.equals("web_search_calls") || key.equals("x_search_calls") || key.equals("web_search_requests") {
                count = min(count + calls, 1_000_000_000)
                countsSearches = true
            }
        }
        // Some say it twice.
        usage.search = max(usage.search, count)
    }

    /// A count of tokens. What is no whole number that a request could have used counts as nothing: a provider's
    /// mistake is not the caller's debt.
    private static func count(_ cursor: inout JSONCursor) throws(JSONError) -> Int {
        try cursor.tokenCount() ?? 0
    }

    /// xAI's ticks: ten to a nanodollar.
    private static func ticks(_ cursor: inout JSONCursor) throws(JSONError) -> Money? {
        guard try cursor.kind() == .number else {
            try cursor.skipValue()
            return nil
        }
        guard let ticks = try cursor.number().integer, ticks >= 0 else { return nil }
        return Money(nanodollars: Int64(ticks) / 10)
    }

    /// Dollars, as OpenRouter gives them: `0.00014`. Digits beyond a nanodollar are cut off.
    private static func money(_ cursor: inout JSONCursor) throws(JSONError) -> Money? {
        switch try cursor.kind() {
        case .number: return Money(jsonNumber: try cursor.number())
        case .object:
            var total: Money?
            try cursor.object { (cursor, key) throws(JSONError) in
                if key.equals("total_cost"), try cursor.kind() == .number {
                    total = Money(jsonNumber: try cursor.number())
                } else {
                    try cursor.skipValue()
                }
            }
            return total
        default:
            try cursor.skipValue()
            return nil
        }
    }
}

extension Money {
    /// Dollars as JSON writes them, exponent included; what lies below a nanodollar is cut off.
    init?(jsonNumber number: JSONNumber) {
        guard let number = DecimalNumber(number.bytes, .exponent), (-30...30).contains(number.writtenExponent),
            let (nanodollars, _) = number.units(9)
        else { return nil }
        self.init(nanodollars: nanodollars)
    }
}
