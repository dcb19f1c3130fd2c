/// The members that hold what the model is to read: messages, prompts and inputs.
extension ScannedRequest.Reader {
    mutating func messages(_ cursor: inout JSONCursor) throws(JSONError) {
        once("messages")
        hasInput = true
        guard try cursor.kind() == .array else {
            try cursor.skipValue()
            return refuse("'messages' must be an array.", "messages")
        }
        var count = 0
        var malformed = false
        try keepingConversation(&cursor) { (reader, cursor) throws(JSONError) in
            try cursor.array { (cursor) throws(JSONError) in
                count += 1
                if try cursor.kind() != .object { malformed = true }
                let start = cursor.position
                try reader.request.content.add(message: &cursor)
                reader.request.lastInputs = (reader.request.lastInputs.1, start..<cursor.position)
            }
        }
        request.content.messages = count
        if count == 0 { refuse("'messages' is empty: send at least one message.", "messages") }
        if malformed { refuse("Every element of 'messages' must be an object.", "messages") }
    }

    /// Reads the conversation by `body`, and keeps what was read where the request will have to be translated. The model
    /// decides that, which nearly all callers name before they speak; short bodies are as soon read again.
    mutating func keepingConversation(
        _ cursor: inout JSONCursor,
        _ body: (inout Self, inout JSONCursor) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard cursor.bytes.count >= 4_096, !request.model.isEmpty, let foresight = request.foresight,
            foresight.mayTranslate(request.endpoint, for: request.model)
        else { return try body(&self, &cursor) }
        request.conversation = try cursor.recording { (cursor) throws(JSONError) in try body(&self, &cursor) }
    }

    /// A string, tokens, or a list of either: how many inputs there are decides how many answers.
    mutating func prompts(_ name: String, _ cursor: inout JSONCursor) throws(JSONError) {
        once(name)
        hasInput = true
        let kind = try cursor.kind()
        let start = cursor.position
        defer { request.lastInputs.1 = start..<cursor.position }
        switch kind {
        case .string: try request.content.add(&cursor)
        case .array:
            var lists = 0
            var numbers = 0
            try cursor.array { (cursor) throws(JSONError) in
                if try cursor.kind() == .number { numbers += 1 } else { lists += 1 }
                try request.content.add(&cursor)
            }
            if lists + numbers == 0 { refuse("'\(name)' is empty.", name) }
            request.prompts = max(lists, 1)
        case .null where name == "prompt": try cursor.skipValue()
        default:
            try cursor.skipValue()
            refuse("'\(name)' must be a string or an array.", name)
        }
    }
}
