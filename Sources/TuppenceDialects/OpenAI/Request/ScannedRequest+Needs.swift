import TuppenceCore

/// What of a request tells what a model has to be able to do for it, and which conversation it is part of.
///
/// Sources: https://platform.openai.com/docs/api-reference/chat/create, https://platform.claude.com/docs/en/api/messages,
/// https://openrouter.ai/docs/api-reference/overview (read 2026-11).
extension ScannedRequest.Reader {
    /// Looks at a member that says how the model is to answer, and leaves the reading of it to others.
    func noteNeeds(_ key: JSONText, _ cursor: JSONCursor) throws(JSONError) {
        var cursor = cursor
        switch key.bytes.count {
        case 10 where key.equals("modalities"):
            try cursor.elements { (cursor) throws(JSONError) in
                if try cursor.text() == "audio" { request.content.needs.insert(.audioOutput) }
            }
        case 5 where key.equals("top_p") || key.equals("top_k"):
            if isForClaude, try cursor.kind() == .number { request.traits.insert(.claudeSampling) }
        case 11 where key.equals("temperature"):
            guard isForClaude, try cursor.kind() == .number else { break }
            if try cursor.number().integer != 1 { request.traits.insert(.claudeSampling) }
        case 11 where key.equals("tool_choice") && request.endpoint == .chat: try noteChoice(&cursor)
        case 13 where key.equals("output_config"):
            try cursor.members { (cursor, key) throws(JSONError) in
                if key.equals("format") {
                    try noteSchema(&cursor)
                } else if key.equals("effort"), try cursor.kind() == .string {
                    request.traits.insert(
                        try cursor.string().equals("xhigh") ? .claudeExtraHighEffort : .claudeEffort)
                } else {
                    try cursor.skipValue()
                }
            }
        case 13 where key.equals("output_format"): try noteSchema(&cursor)
        case 16 where key.equals("reasoning_effort"): try noteEffort(&cursor)
        case 16 where key.equals("prompt_cache_key"):
            if try cursor.kind() == .string { request.session = Affinity(hashing: try cursor.string().bytes) }
        default: break
        }
    }

    private var isForClaude: Bool { request.endpoint.dialect == .anthropic }

    /// Reads the choice among a chat's tools: one that names a tool without `function` around the name is flat.
    private func noteChoice(_ cursor: inout JSONCursor) throws(JSONError) {
        var (hasName, hasFunction) = (false, false)
        try cursor.members { (cursor, key) throws(JSONError) in
            if key.equals("name") { hasName = true } else if key.equals("function") { hasFunction = true }
            try cursor.skipValue()
        }
        if hasName, !hasFunction { request.hasFlatTools = true }
    }

    /// Reads a format: `{"type": "json_schema", …}`.
    func noteSchema(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.members { (cursor, key) throws(JSONError) in
            guard key.equals("type") else { return _ = try cursor.skipValue() }
            if try cursor.text() == "json_schema" { request.content.needs.insert(.jsonSchema) }
        }
    }

    /// Reads `text` of Responses: `{"format": {"type": "json_schema", …}}`.
    func noteText(_ cursor: JSONCursor) throws(JSONError) {
        var cursor = cursor
        try cursor.members { (cursor, key) throws(JSONError) in
            if key.equals("format") {
                try noteSchema(&cursor)
            } else if key.equals("verbosity") {
                try noteVerbosity(&cursor)
            } else {
                try cursor.skipValue()
            }
        }
    }

    /// Reads a word such as `high`; those that want none say so.
    private func noteEffort(_ cursor: inout JSONCursor) throws(JSONError) {
        guard try cursor.kind() == .string else { return _ = try cursor.skipValue() }
        let effort = try cursor.string()
        if !effort.equals("none") { request.content.needs.insert(.reasoning) }
        request.openAISigns.note(effort: effort)
    }

    /// Reads `reasoning` (`{"effort": "high"}`, `{"max_tokens": 2000}`, `{"enabled": true}`) or `thinking`
    /// (`{"type": "enabled"}`, `{"type": "adaptive"}`).
    func noteReasoning(_ cursor: JSONCursor) throws(JSONError) {
        var cursor = cursor
        try cursor.members { (cursor, key) throws(JSONError) in
            if key.equals("effort") {
                try noteEffort(&cursor)
            } else if key.equals("type") {
                let type = try cursor.text()
                if type == "enabled" || type == "adaptive" { request.content.needs.insert(.reasoning) }
                if type == "adaptive" { request.traits.insert(.adaptiveThinking) }
                if type == "enabled" { request.traits.insert(.thinkingBudget) }
            } else if key.equals("enabled"), try cursor.kind() == .bool {
                if try cursor.bool() { request.content.needs.insert(.reasoning) }
            } else if key.equals("max_tokens"), try cursor.kind() == .number {
                if try cursor.number().integer ?? 0 > 0 { request.content.needs.insert(.reasoning) }
            } else {
                if key.equals("summary") || key.equals("generate_summary"), try cursor.kind() != .null {
                    request.traits.insert(.thoughts)
                }
                try cursor.skipValue()
            }
        }
    }

    /// Looks at a member of Gemini's `generationConfig`, which has two spellings for each.
    func noteGeneration(_ key: JSONText, _ cursor: JSONCursor) throws(JSONError) {
        var cursor = cursor
        if key.equals("responseSchema") || key.equals("response_schema") || key.equals("responseJsonSchema")
            || key.equals("response_json_schema")
        {
            if try cursor.kind() == .object { request.content.needs.insert(.jsonSchema) }
        } else if key.equals("thinkingConfig") || key.equals("thinking_config") {
            try cursor.members { (cursor, key) throws(JSONError) in
                if key.equals("thinkingBudget") || key.equals("thinking_budget"), try cursor.kind() == .number {
                    if try cursor.number().text != "0" { request.content.needs.insert(.reasoning) }
                } else if key.equals("thinkingLevel") || key.equals("thinking_level") {
                    if let level = try cursor.text(), level != "THINKING_LEVEL_UNSPECIFIED" {
                        request.content.needs.insert(.reasoning)
                    }
                } else {
                    try cursor.skipValue()
                }
            }
        } else if key.equals("responseModalities") || key.equals("response_modalities") {
            try cursor.elements { (cursor) throws(JSONError) in
                if try cursor.text()?.lowercased() == "audio" { request.content.needs.insert(.audioOutput) }
            }
        }
    }
}
