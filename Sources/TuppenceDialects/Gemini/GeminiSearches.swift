/// The searches that an answer of Gemini's made, which its usage does not count, as they are billed: from Gemini 3 on each
/// query that is not empty, once; before that a prompt, however many queries it took
/// (https://ai.google.dev/gemini-api/docs/google-search and …/pricing, read 2026-11-29).
///
/// In a stream the list is told anew with more in it.
struct GeminiSearches: Hashable, Sendable {
    private var queries: Set<String> = []
    private var isByPrompt = false

    var count: Int { isByPrompt ? min(queries.count, 1) : queries.count }
    /// How many queries are kept to tell those that come once more.
    var kept: Int { queries.count }

    /// What the model calls itself decides what is billed.
    mutating func take(model: JSONText) {
        isByPrompt = model.hasPrefix("gemini-1") || model.hasPrefix("gemini-2")
    }

    /// Reads the `groundingMetadata` at the cursor.
    mutating func add(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.members { (cursor, key) throws(JSONError) in
            guard key.equals("webSearchQueries") else { return _ = try cursor.skipValue() }
            try cursor.elements { (cursor) throws(JSONError) in add(query: try cursor.text()) }
        }
    }

    mutating func add(_ metadata: JSONValue) {
        for query in metadata["webSearchQueries"]?.elements ?? JSONValue.noElements(of: metadata) {
            add(query: query.text?.decoded)
        }
    }

    private mutating func add(query: String?) {
        guard let query, !query.isEmpty else { return }
        queries.insert(query)
    }
}
