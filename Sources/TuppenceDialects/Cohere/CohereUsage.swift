import TuppenceCore

/// The `usage` object of Cohere's v2, or the `meta` of its older addresses, embeddings and rankings.
///
/// Cohere bills `billed_units`, which leave out the tokens of its own templates; `tokens` are what the model read and
/// wrote, many times as much for a short prompt (https://docs.cohere.com/docs/how-does-cohere-pricing-work, read
/// 2026-11-25). So the billed units are what is counted, and `cached_tokens`, a part of `tokens`, are not. Rankings are
/// billed by the search unit.
package struct CohereUsage: Hashable, Sendable {
    private var billed = Counts()
    private var tokens = Counts()
    package var isReadable: Bool { billed.isCounted || tokens.isCounted }

    private struct Counts: Hashable, Sendable {
        var input = 0
        var output = 0
        var image = 0
        var reasoning = 0
        var searches = 0
        var isCounted = false
        var written = OutputCount.missing
        var isNothing: Bool { input | output | image | searches == 0 }
    }

    package init() {}

    /// Reads the object at the cursor.
    package init(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.members { (cursor, key) throws(JSONError) in
            if key.equals("billed_units") {
                billed = try Self.counts(&cursor)
            } else if key.equals("tokens") {
                tokens = try Self.counts(&cursor)
            } else {
                try cursor.skipValue()
            }
        }
    }

    private static func counts(_ cursor: inout JSONCursor) throws(JSONError) -> Counts {
        var counts = Counts()
        try cursor.members { (cursor, key) throws(JSONError) in
            let count = try cursor.tokenCount()
            if key.equals("output_tokens") { counts.written.take(count) }
            guard let count else { return }
            if key.equals("input_tokens") {
                counts.input = count
            } else if key.equals("output_tokens") {
                counts.output = count
            } else if key.equals("image_tokens") {
                counts.image = count
            } else if key.equals("reasoning_tokens") {
                counts.reasoning = count
            } else if key.equals("search_units") {
                counts.searches = count
            } else {
                return
            }
            counts.isCounted = true
        }
        return counts
    }

    /// What bills nothing beside tokens that were counted is no bill.
    private var isBilled: Bool { billed.isCounted && (!billed.isNothing || !tokens.isCounted) }

    /// Whether the output was counted.
    package var output: OutputCount { (isBilled ? billed : tokens).written }

    package var usage: Usage {
        let counts = isBilled ? billed : tokens
        var usage = Usage()
        // Images that embeddings read are billed beside the text; those that a chat reads are within its input.
        usage.imageInput = isBilled ? counts.image : 0
        usage.input = counts.input
        usage.reasoning = min(tokens.reasoning, counts.output)
        usage.output = counts.output - usage.reasoning
        usage.search = counts.searches
        return usage
    }
}

/// Reads answers and streams of Cohere.
package struct CohereUsageReader: UsageReader {
    private var counts = CohereUsage()
    private var model: String?

    package init() {}

    package mutating func read(_ document: UnsafeRawBufferPointer) throws(JSONError) {
        var found = false
        try JSONCursor.document(document) { (cursor, key) throws(JSONError) in
            // `delta` in the last event of v2's streams, `response` in that of v1's.
            if key.equals("delta") || key.equals("response") {
                try cursor.members { (cursor, key) throws(JSONError) in found = try member(&cursor, key) || found }
            } else {
                found = try member(&cursor, key) || found
            }
        }
        guard !found else { return }
        var cursor = JSONCursor(document)
        take(try CohereUsage(&cursor))
    }

    /// - Returns: whether it was the usage object.
    private mutating func member(_ cursor: inout JSONCursor, _ key: JSONText) throws(JSONError) -> Bool {
        if key.equals("usage") || key.equals("meta") {
            take(try CohereUsage(&cursor))
            return true
        }
        if key.equals("model") {
            model = try cursor.text() ?? model
        } else {
            try cursor.skipValue()
        }
        return false
    }

    private mutating func take(_ next: CohereUsage) { if next.isReadable { counts = next } }

    package var report: UsageReport {
        UsageReport(usage: counts.usage, model: model, isReadable: counts.isReadable, output: counts.output)
    }
}
