import TuppenceCore

/// The `usage` object of Anthropic's Messages, split into disjoint counts.
///
/// `input_tokens` are those behind the last cache breakpoint: what was read from a cache and written to one comes on top
/// (https://platform.claude.com/docs/en/build-with-claude/prompt-caching, read 2026-11-25). `output_tokens` includes
/// thinking. In a stream `message_start` has the input and `message_delta` the output so far; where it repeats a count
/// (server tools read more on the way), the later one holds. Other hosts of the dialect may have zeros there for an input that
/// they have counted at the start (https://github.com/envoyproxy/ai-gateway/pull/1631, read 2026-11): an input of nothing
/// stands for none that was something, and zeros alone, those of the input among them, for no count at all.
package struct AnthropicUsage: Hashable, Sendable {
    private var inputSide = InputSide()
    private var outputSide = OutputSide()
    /// Whether the object that is being read counts the input, any of it above 0, and any output above 0.
    private var countsInput = false
    private var hasInput = false
    private var hasOutput = false
    /// Whether the last object had nothing but zeros behind a count, so that it is none.
    package private(set) var isNothing = false
    private var searches = 0
    /// Whether the last object says how often was searched, be it never.
    package private(set) var countsSearches = false
    private var tier: ServiceTier?
    /// Whether it was made in one region, which costs more than anywhere.
    private var isRegional = false
    /// Whether it was made faster, which costs more than its model's usual speed.
    private var isFaster = false
    /// Whether the input was counted.
    package private(set) var isReadable = false
    /// Whether the last object counted the output: what an earlier one says of it was no last word.
    package var output: OutputCount { outputSide.count }
    package var lacksOutput: Bool { output != .counted }

    private struct InputSide: Hashable, Sendable {
        var fresh = 0
        var cached = 0
        var written = 0
        /// Of `written`: what is kept for an hour instead of five minutes.
        var writtenLong = 0

        var hasTokens: Bool { fresh | cached | written != 0 }
    }

    private struct OutputSide: Hashable, Sendable {
        var count = OutputCount.missing
        var tokens = 0
        var thinking = 0
        var iterations: [Iteration] = []
    }

    private enum InputPart { case fresh, cached, written, writtenLong }

    /// A request that was part of the answer. Those of type `message` are in the totals; what an advisor or a compaction
    /// used is not.
    private struct Iteration: Hashable, Sendable {
        var type = ""
        var model: String?
        var usage = Usage()
    }

    package init() {}

    /// Reads the object at the cursor over what was read before.
    package mutating func read(_ cursor: inout JSONCursor) throws(JSONError) {
        let before = begin()
        try cursor.members { (cursor, key) throws(JSONError) in try member(&cursor, key) }
        end(before)
    }

    /// - Returns: what has been counted so far, which stays where the next object counts nothing.
    private mutating func begin() -> (input: InputSide, output: OutputSide) {
        let before = (inputSide, outputSide)
        outputSide.count = .missing
        (countsInput, hasInput, hasOutput, countsSearches) = (false, false, false, false)
        return before
    }

    private mutating func end(_ before: (input: InputSide, output: OutputSide)) {
        isNothing = countsInput && !hasInput && !hasOutput && (before.input.hasTokens || before.output.tokens > 0)
        if !hasInput { inputSide = before.input }
        if isNothing { outputSide = before.output }
    }

    /// Takes in a count of the input, if it is one.
    private mutating func take(_ count: Int?, as part: InputPart) {
        guard let count else { return }
        switch part {
        case .fresh: inputSide.fresh = count
        case .cached: inputSide.cached = count
        case .written: inputSide.written = count
        case .writtenLong: inputSide.writtenLong = count
        }
        countsInput = true
        if count > 0 { hasInput = true }
    }

    /// The same of a document that may be no usage object at all.
    fileprivate mutating func read(document cursor: inout JSONCursor) throws(JSONError) {
        let before = output
        try read(&cursor)
        if output == .missing { outputSide.count = before }
    }

    fileprivate mutating func member(_ cursor: inout JSONCursor, _ key: JSONText) throws(JSONError) {
        if key.equals("input_tokens") {
            let count = try cursor.tokenCount()
            take(count, as: .fresh)
            if count != nil { isReadable = true }
        } else if key.equals("output_tokens") {
            let count = try cursor.tokenCount()
            outputSide.count.take(count)
            outputSide.tokens = count ?? outputSide.tokens
            if let count, count > 0 { hasOutput = true }
        } else if key.equals("cache_read_input_tokens") {
            take(try cursor.tokenCount(), as: .cached)
        } else if key.equals("cache_creation_input_tokens") {
            take(try cursor.tokenCount(), as: .written)
        } else if key.equals("cache_creation") {
            try cursor.members { (cursor, key) throws(JSONError) in
                let count = try cursor.tokenCount()
                if key.equals("ephemeral_1h_input_tokens") { take(count, as: .writtenLong) }
            }
        } else if key.equals("output_tokens_details") {
            try cursor.members { (cursor, key) throws(JSONError) in
                let count = try cursor.tokenCount()
                guard key.equals("thinking_tokens"), let count else { return }
                outputSide.thinking = count
                if count > 0 { hasOutput = true }
            }
        } else if key.equals("server_tool_use") {
            try cursor.members { (cursor, key) throws(JSONError) in
                let count = try cursor.tokenCount()
                if key.equals("web_search_requests"), let count { (searches, countsSearches) = (count, true) }
            }
        } else if key.equals("iterations") {
            outputSide.iterations = []
            try cursor.elements { (cursor) throws(JSONError) in
                let iteration = try Self.iteration(&cursor)
                outputSide.iterations.append(iteration)
                if iteration.usage.hasTokens { hasOutput = true }
            }
        } else if key.equals("service_tier") {
            if let name = try cursor.text() { tier = ServiceTier(named: name) }
        } else if key.equals("inference_geo"), try cursor.kind() == .string {
            // Models that know of no regions say that it is not available.
            let place = try cursor.string()
            isRegional = !place.equals("global") && !place.equals("not_available") && !place.isEmpty
        } else if key.equals("speed"), try cursor.kind() == .string {
            isFaster = try cursor.string().equals("fast")
        } else {
            try cursor.skipValue()
        }
    }

    private static func iteration(_ cursor: inout JSONCursor) throws(JSONError) -> Iteration {
        var iteration = Iteration()
        var counts = AnthropicUsage()
        try cursor.members { (cursor, key) throws(JSONError) in
            if key.equals("type") {
                iteration.type = try cursor.text() ?? ""
            } else if key.equals("model") {
                iteration.model = try cursor.text()
            } else {
                try counts.member(&cursor, key)
            }
        }
        iteration.usage = counts.usage
        return iteration
    }

    /// The tier of service that it names, if it names one.
    package var service: ServiceTier? {
        if isFaster { return isRegional ? .regionalFaster : .faster }
        return isRegional ? .regional : tier
    }

    package var usage: Usage {
        var usage = Usage()
        usage.input = inputSide.fresh
        usage.cachedInput = inputSide.cached
        usage.cacheWriteLong = min(inputSide.writtenLong, inputSide.written)
        usage.cacheWrite = inputSide.written - usage.cacheWriteLong
        usage.reasoning = min(outputSide.thinking, outputSide.tokens)
        usage.output = outputSide.tokens - usage.reasoning
        usage.search = searches
        for iteration in outputSide.iterations where iteration.type != "message" && iteration.model == nil {
            for kind in UsageKind.allCases { usage[kind] += iteration.usage[kind] }
        }
        return usage
    }

    /// ``usage``, with the searches that were `found` to have been made where the last object does not count them.
    package func used(found: Int) -> Usage {
        var usage = self.usage
        if !countsSearches { usage.search = max(usage.search, found) }
        return usage
    }

    /// What models other than the one that answered used, an advisor for instance.
    package var helpers: [UsageReport.Helper] {
        outputSide.iterations.compactMap { iteration in
            guard iteration.type != "message", let model = iteration.model else { return nil }
            return UsageReport.Helper(model: model, usage: iteration.usage)
        }
    }
}

/// Reads Anthropic's answers and streams.
package struct AnthropicUsageReader: UsageReader {
    private(set) var counts = AnthropicUsage()
    private var model: String?

    package init() {}

    package mutating func read(_ document: UnsafeRawBufferPointer) throws(JSONError) {
        var found = false
        try JSONCursor.document(document) { (cursor, key) throws(JSONError) in
            if key.equals("message") {
                try cursor.members { (cursor, key) throws(JSONError) in
                    found = try member(&cursor, key) || found
                }
            } else {
                found = try member(&cursor, key) || found
            }
        }
        guard !found else { return }
        var cursor = JSONCursor(document)
        try counts.read(document: &cursor)
    }

    /// - Returns: whether it was the usage object.
    private mutating func member(_ cursor: inout JSONCursor, _ key: JSONText) throws(JSONError) -> Bool {
        if key.equals("usage") {
            try counts.read(&cursor)
            return true
        }
        if key.equals("model") {
            model = try cursor.text() ?? model
        } else {
            try cursor.skipValue()
        }
        return false
    }

    package var report: UsageReport {
        UsageReport(
            usage: counts.usage, statedService: counts.service, model: model, helpers: counts.helpers,
            isReadable: counts.isReadable, output: counts.output)
    }
}

extension AnthropicUsage {
    /// Reads the object at the cursor over what was read before, and tells where it stands.
    mutating func readInPlace(_ cursor: inout JSONCursor) throws(JSONError) -> UsagePlace {
        let before = begin()
        let start = cursor.position
        var isEmpty = true
        var hasCost = false
        try cursor.object { (cursor, key) throws(JSONError) in
            isEmpty = false
            if key.equals("cost") || key.equals("cost_details") { hasCost = true }
            try member(&cursor, key)
        }
        end(before)
        return UsagePlace(range: start..<cursor.position, isToBeRewritten: isEmpty || hasCost)
    }
}
