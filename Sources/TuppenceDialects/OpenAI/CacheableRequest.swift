/// A request of the OpenAI dialect as a cache sees it: whether chance has a part in its answer, and what it means.
package enum CacheableRequest {
    /// Bodies beyond this are not worth their digest.
    package static let maximumBytes = 4 << 20

    /// Members that cannot change the answer. The model counts by what it leads to, and how the answer is delivered by
    /// what the request was read as.
    private static let irrelevant: [StaticString] = [
        "model", "stream", "stream_options", "user", "metadata", "safety_identifier", "prompt_cache_key",
        "prompt_cache_retention",
    ]

    /// The request in its canonical spelling, or nil where it is too large or too deep, or has no certain meaning.
    package static func meaning(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        guard bytes.count <= maximumBytes else { return nil }
        do throws(JSONError) {
            return try CanonicalJSON.object(bytes, leavingOut: irrelevant)
        } catch { return nil }
    }

    /// Whether the same request may well be answered otherwise another time: text that is drawn by chance (a
    /// temperature above 0, or none, and no seed), or an answer that is looked up in the world as it is.
    package static func isSampled(_ bytes: UnsafeRawBufferPointer, endpoint: GovernedEndpoint) -> Bool {
        if endpoint == .embeddings { return false }
        var isCold = false
        var hasSeed = false
        var searches = false
        do throws(JSONError) {
            var cursor = JSONCursor(bytes)
            guard try cursor.kind() == .object else { return true }
            try cursor.object { (cursor, key) throws(JSONError) in
                if key.equals("temperature") {
                    isCold = try isZero(&cursor)
                } else if key.equals("seed") {
                    hasSeed = try cursor.kind() == .number
                    try cursor.skipValue()
                } else {
                    // OpenAI's, xAI's and OpenRouter's ways to have the web searched.
                    let isSearch =
                        key.equals("web_search_options") || key.equals("search_parameters") || key.equals("plugins")
                    if try cursor.kind() != .null, isSearch { searches = true }
                    try cursor.skipValue()
                }
            }
        } catch { return true }
        return searches || !isCold && !hasSeed
    }

    private static func isZero(_ cursor: inout JSONCursor) throws(JSONError) -> Bool {
        guard try cursor.kind() == .number else {
            try cursor.skipValue()
            return false
        }
        let mantissa = try cursor.number().bytes.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        return mantissa.allSatisfy { !(49...57).contains($0) }
    }
}
