import TuppenceCore

/// What decides about a request in Gemini's dialect, which has names of its own for all of it, and two spellings for each
/// (https://ai.google.dev/api/generate-content, read 2026-11). Model and streaming are in the path.
extension ScannedRequest.Reader {
    mutating func geminiMember(_ key: JSONText, _ cursor: inout JSONCursor) throws(JSONError) {
        if request.endpoint.isEmbeddings { return try embeddingMember(key, &cursor) }
        if key.equals("contents") {
            try contents(&cursor)
        } else if key.equals("systemInstruction") || key.equals("system_instruction") {
            once("systemInstruction")
            try request.content.add(message: &cursor)
        } else if key.equals("generationConfig") || key.equals("generation_config") {
            try configuration(&cursor)
        } else if key.equals("tools") {
            request.hasTools = true
            var tools = cursor
            try request.searches.addGeminiTools(&tools)
            try request.content.count(json: &cursor)
        } else if key.equals("cachedContent") || key.equals("cached_content") {
            // What lies at a provider is nobody's in particular, and of any size.
            if try cursor.kind() != .null {
                refuse(
                    "'cachedContent' is kept at its provider, where this gateway cannot see it. Send what it says.",
                    "cachedContent")
            }
            try cursor.skipValue()
        } else if key.equals("generateContentRequest") || key.equals("generate_content_request"),
            request.endpoint == .countContentTokens, try cursor.kind() == .object
        {
            try cursor.object { (cursor, key) throws(JSONError) in try geminiMember(key, &cursor) }
        } else if key.equals("model") || key.equals("labels") {
            try cursor.skipValue()
        } else if key.equals("serviceTier") || key.equals("service_tier") {
            once("serviceTier")
            if let name = try cursor.text() { request.service = ServiceWish(named: name) }
        } else {
            try other(&cursor)
        }
    }

    /// One content, or a list of them.
    private mutating func contents(_ cursor: inout JSONCursor) throws(JSONError) {
        once("contents")
        hasInput = true
        let start = cursor.position
        switch try cursor.kind() {
        case .object:
            try request.content.add(message: &cursor)
            request.content.messages = 1
            request.lastInputs.1 = start..<cursor.position
        case .array:
            var count = 0
            try keepingConversation(&cursor) { (reader, cursor) throws(JSONError) in
                try cursor.array { (cursor) throws(JSONError) in
                    count += 1
                    if try cursor.kind() != .object {
                        reader.refuse("Every element of 'contents' must be an object.", "contents[\(count - 1)]")
                    }
                    let start = cursor.position
                    try reader.request.content.add(message: &cursor)
                    reader.request.lastInputs = (reader.request.lastInputs.1, start..<cursor.position)
                }
            }
            request.content.messages = count
            if count == 0 { refuse("'contents' is empty: send at least one content.", "contents") }
        default:
            try cursor.skipValue()
            refuse("'contents' must be an array.", "contents")
        }
    }

    private mutating func configuration(_ cursor: inout JSONCursor) throws(JSONError) {
        once("generationConfig")
        guard try cursor.kind() == .object else {
            let isNull = try cursor.kind() == .null
            request.missingHome = try cursor.skipValue()
            if !isNull { refuse("'generationConfig' must be an object.", "generationConfig") }
            return
        }
        request.limitHome = ScannedRequest.LimitHome(insertion: cursor.position + 1, isEmpty: true)
        try cursor.object { (cursor, key) throws(JSONError) in
            request.limitHome?.isEmpty = false
            try noteGeneration(key, cursor)
            if key.equals("maxOutputTokens") || key.equals("max_output_tokens") {
                try limit("maxOutputTokens", &cursor)
            } else if key.equals("candidateCount") || key.equals("candidate_count") {
                once("candidateCount")
                if let count = try positive("candidateCount", &cursor) { request.choices = count }
            } else if key.equals("thinkingConfig") || key.equals("thinking_config") {
                var spelled = cursor
                try thinking("thinkingBudget", &cursor)
                try thinking("thinking_budget", &spelled)
            } else {
                // A schema is shown to the model.
                if try cursor.kind() == .object { request.hasTools = true }
                try other(&cursor)
            }
        }
    }
}
