/// What decides about a request for embeddings in Gemini's dialect: how much text there is, and in how many contents. What is
/// wrong with them is found out when they are read for their target; see ``GeminiEmbeddingReader``.
extension ScannedRequest.Reader {
    mutating func embeddingMember(_ key: JSONText, _ cursor: inout JSONCursor) throws(JSONError) {
        guard key.equals("requests"), request.endpoint == .batchEmbedContents else {
            if request.endpoint == .embedContent { return try entryMember(key, &cursor, isWhole: true) }
            return _ = try cursor.skipValue()
        }
        once("requests")
        hasInput = true
        let start = cursor.position
        guard try cursor.kind() == .array else {
            try cursor.skipValue()
            return refuse("'requests' must be an array.", "requests")
        }
        var count = 0
        try cursor.array { (cursor) throws(JSONError) in
            count += 1
            try cursor.members { (cursor, key) throws(JSONError) in try entryMember(key, &cursor, isWhole: false) }
        }
        if count == 0 { refuse("'requests' is empty: send at least one.", "requests") }
        request.prompts = max(count, 1)
        request.lastInputs.1 = start..<cursor.position
    }

    /// - Parameter isWhole: whether there is no other content than this one.
    private mutating func entryMember(
        _ key: JSONText, _ cursor: inout JSONCursor, isWhole: Bool
    ) throws(JSONError) {
        if key.equals("content") {
            let start = cursor.position
            try embeddedContent(&cursor)
            guard isWhole else { return }
            once("content")
            hasInput = true
            request.lastInputs.1 = start..<cursor.position
        } else if key.equals("title"), try cursor.kind() == .string {
            try request.content.add(&cursor)
        } else if key.equals("embedContentConfig") || key.equals("embed_content_config") {
            try cursor.members { (cursor, key) throws(JSONError) in
                try entryMember(key, &cursor, isWhole: isWhole)
            }
        } else {
            try cursor.skipValue()
        }
    }

    /// Counts the text alone: nothing else of it is sent to anybody.
    private mutating func embeddedContent(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.members { (cursor, key) throws(JSONError) in
            guard key.equals("parts") else { return _ = try cursor.skipValue() }
            guard try cursor.kind() == .array else { return try embeddedPart(&cursor) }
            try cursor.array { (cursor) throws(JSONError) in try embeddedPart(&cursor) }
        }
    }

    private mutating func embeddedPart(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.members { (cursor, key) throws(JSONError) in
            if key.equals("text") { try request.content.add(&cursor) } else { try cursor.skipValue() }
        }
    }
}
