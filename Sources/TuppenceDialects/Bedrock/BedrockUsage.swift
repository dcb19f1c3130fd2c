import TuppenceCore

/// The `usage` object of Bedrock's Converse, split into disjoint counts.
///
/// `inputTokens` counts what was neither read from a cache nor written to one; `outputTokens` includes reasoning, which is
/// never split. Cache counters come under two names with the same number, and `cacheDetails` says what of the writes is
/// kept for an hour (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html, read
/// 2026-11-25). In a stream it is in the last event, `metadata`.
package struct BedrockUsage: Hashable, Sendable {
    private var input = 0
    private var outputTokens = 0
    private var cached = 0
    private var written = 0
    private var writtenLong = 0
    /// Whether the input was counted.
    package private(set) var isReadable = false
    /// Whether the output was.
    package private(set) var output = OutputCount.missing

    package init() {}

    /// Reads the object at the cursor. The names that end in `Count` are those of `amazon-bedrock-invocationMetrics`, the
    /// last event of a stream of InvokeModel.
    package init(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.members { (cursor, key) throws(JSONError) in
            if key.equals("inputTokens") || key.equals("inputTokenCount") {
                if let count = try cursor.tokenCount() { (input, isReadable) = (count, true) }
            } else if key.equals("outputTokens") || key.equals("outputTokenCount") {
                let count = try cursor.tokenCount()
                output.take(count)
                outputTokens = count ?? outputTokens
            } else if key.equals("cacheReadInputTokens") || key.equals("cacheReadInputTokenCount") {
                cached = max(cached, try cursor.tokenCount() ?? 0)
            } else if key.equals("cacheWriteInputTokens") || key.equals("cacheWriteInputTokenCount") {
                written = max(written, try cursor.tokenCount() ?? 0)
            } else if key.equals("cacheDetails") {
                try cursor.elements { (cursor) throws(JSONError) in try detail(&cursor) }
            } else {
                try cursor.skipValue()
            }
        }
    }

    private mutating func detail(_ cursor: inout JSONCursor) throws(JSONError) {
        var count = 0
        var life = ""
        try cursor.members { (cursor, key) throws(JSONError) in
            if key.equals("inputTokens") {
                count = try cursor.tokenCount() ?? 0
            } else if key.equals("ttl") {
                life = try cursor.text() ?? ""
            } else {
                try cursor.skipValue()
            }
        }
        if life == "1h" { writtenLong += count }
    }

    package var usage: Usage {
        var usage = Usage(input: input, cachedInput: cached, output: outputTokens)
        usage.cacheWriteLong = min(writtenLong, written)
        usage.cacheWrite = written - usage.cacheWriteLong
        return usage
    }
}

/// Reads answers and decoded events of Bedrock's Converse, and the last event of InvokeModel's streams.
///
/// What InvokeModel answers otherwise is in the dialect of the model's maker: read it as that.
package struct BedrockUsageReader: UsageReader {
    private var counts = BedrockUsage()
    private var service: ServiceTier?

    package init() {}

    package mutating func read(_ document: UnsafeRawBufferPointer) throws(JSONError) {
        var found = false
        try JSONCursor.document(document) { (cursor, key) throws(JSONError) in
            if key.equals("usage") || key.equals("amazon-bedrock-invocationMetrics") {
                found = true
                take(try BedrockUsage(&cursor))
            } else if key.equals("metadata") {
                // Nova's own events, as InvokeModel streams them.
                try cursor.members { (cursor, key) throws(JSONError) in
                    guard key.equals("usage") else { return _ = try cursor.skipValue() }
                    found = true
                    take(try BedrockUsage(&cursor))
                }
            } else if key.equals("serviceTier") {
                try cursor.members { (cursor, key) throws(JSONError) in
                    let name = try cursor.text()
                    if key.equals("type"), let name { service = ServiceTier(named: name) }
                }
            } else {
                try cursor.skipValue()
            }
        }
        guard !found else { return }
        var cursor = JSONCursor(document)
        take(try BedrockUsage(&cursor))
    }

    private mutating func take(_ next: BedrockUsage) { if next.isReadable { counts = next } }

    package var report: UsageReport {
        UsageReport(
            usage: counts.usage, statedService: service, isReadable: counts.isReadable, output: counts.output)
    }
}
