import TuppenceCore

/// Reads answers and streams of the OpenAI dialect: chats, completions, embeddings, transcriptions, images.
package struct OpenAIUsageReader: UsageReader {
    private var counts: OpenAIUsage?
    private var service: ServiceTier?
    private var model: String?
    /// Whether the document that is being read has counted tokens.
    private var hasTokens = false

    package init() {}

    package mutating func read(_ document: UnsafeRawBufferPointer) throws(JSONError) {
        var found = false
        var choices: Int?
        hasTokens = false
        try JSONCursor.document(document) { (cursor, key) throws(JSONError) in
            // Groq's streams count there, whether asked or not.
            if key.equals("x_groq") {
                try cursor.members { (cursor, key) throws(JSONError) in
                    found = try member(&cursor, key) || found
                }
            } else {
                if key.equals("choices") { choices = cursor.position }
                found = try member(&cursor, key) || found
            }
        }
        if !hasTokens, let choices {
            var cursor = JSONCursor(document, at: choices)
            found = try takeFromChoices(&cursor) || found
        }
        guard !found else { return }
        var cursor = JSONCursor(document)
        try take(&cursor)
    }

    /// Moonshot's streams count there.
    ///
    /// - Returns: whether one of them has a usage object.
    private mutating func takeFromChoices(_ cursor: inout JSONCursor) throws(JSONError) -> Bool {
        var found = false
        try cursor.elements { (cursor) throws(JSONError) in
            try cursor.members { (cursor, key) throws(JSONError) in
                guard !found, key.equals("usage"), try cursor.kind() == .object else {
                    return _ = try cursor.skipValue()
                }
                try take(&cursor)
                found = true
            }
        }
        return found
    }

    /// - Returns: whether it was a usage object.
    private mutating func member(_ cursor: inout JSONCursor, _ key: JSONText) throws(JSONError) -> Bool {
        if key.equals("usage"), try cursor.kind() == .object {
            try take(&cursor)
            return true
        }
        if key.equals("model") {
            model = try cursor.text() ?? model
        } else if key.equals("service_tier") {
            if let name = try cursor.text() { service = ServiceTier(named: name) }
        } else {
            try cursor.skipValue()
        }
        return false
    }

    private mutating func take(_ cursor: inout JSONCursor) throws(JSONError) {
        let next = try OpenAIUsage(&cursor)
        // Zeros behind a count are none.
        guard next.isReadable, next.usage.hasTokens || counts?.usage.hasTokens != true else { return }
        counts = next
        hasTokens = next.usage.hasTokens
    }

    /// Whether the usage says how often was searched.
    var countsSearches: Bool { counts?.countsSearches == true }

    package var report: UsageReport {
        UsageReport(
            usage: counts?.usage ?? Usage(), statedService: service, model: model,
            reportedCost: counts?.reportedCost, isReadable: counts != nil, output: counts?.output ?? .missing)
    }
}
