/// What Responses have beside what chats have (https://platform.openai.com/docs/api-reference/responses/create, read
/// 2026-11).
extension OpenAIRequest.Reader {
    /// - Returns: false for a member that means what it means in a chat.
    mutating func responsesMember(_ key: JSONText, _ cursor: inout JSONCursor) throws(JSONError) -> Bool {
        if key.equals("input") {
            try items(&cursor)
        } else if key.equals("instructions") {
            once("instructions")
            try request.content.add(message: &cursor)
        } else if key.equals("max_output_tokens") {
            try limit("max_output_tokens", &cursor)
        } else if key.equals("text") {
            request.hasTools = true
            try noteText(cursor)
            try request.content.count(json: &cursor)
        } else if key.equals("tools") {
            try tools(&cursor)
        } else if key.equals("safety_identifier") {
            if let name = try cursor.text(), request.user == nil { request.user = name }
        } else if key.equals("store") {
            once("store")
            if try cursor.kind() == .bool { request.isToBeKept = try cursor.bool() } else { try cursor.skipValue() }
        } else if key.equals("background") {
            guard try cursor.kind() == .bool else {
                try cursor.skipValue()
                return true
            }
            if try cursor.bool() {
                refuse("Answers are not made in the background here: leave 'background' out, and stream.", "background")
            }
        } else if let name = Self.elsewhere.first(where: { key.equals($0) }) {
            // A conversation or a prompt that lies at a provider is nobody's in particular, and of any size.
            if try cursor.kind() != .null {
                let field = name.description
                refuse(
                    "'\(field)' is kept at its provider, where this gateway cannot see it. Send what it says.", field)
            }
            try cursor.skipValue()
        } else if key.equals("previous_response_id") {
            // Whoever sends it on has put in what it stands for, and null in its place.
            once("previous_response_id")
            if try cursor.kind() != .null {
                refuse("'previous_response_id' must be the id of an earlier answer.", "previous_response_id")
            }
            try cursor.skipValue()
        } else if key.equals("stream_options") || key.equals("max_tokens") {
            try cursor.skipValue()
        } else {
            return false
        }
        return true
    }

    private static let elsewhere: [StaticString] = ["conversation", "prompt"]

    private mutating func items(_ cursor: inout JSONCursor) throws(JSONError) {
        once("input")
        hasInput = true
        let start = cursor.position
        switch try cursor.kind() {
        case .string:
            try request.content.add(&cursor)
            request.content.messages = 1
            request.lastInputs.1 = start..<cursor.position
        case .array:
            var count = 0
            try keepingConversation(&cursor) { (reader, cursor) throws(JSONError) in
                try cursor.array { (cursor) throws(JSONError) in
                    count += 1
                    if try cursor.kind() != .object {
                        reader.refuse("Every element of 'input' must be an object.", "input")
                    }
                    let start = cursor.position
                    try reader.request.content.add(message: &cursor)
                    reader.request.lastInputs = (reader.request.lastInputs.1, start..<cursor.position)
                }
            }
            request.content.messages = count
            if count == 0 { refuse("'input' is empty: say something.", "input") }
            if request.content.hasReferences {
                refuse("An 'item_reference' leads to what lies at a provider. Send the item itself.", "input")
            }
        default:
            try cursor.skipValue()
            refuse("'input' must be a string or an array.", "input")
        }
    }

    /// Tools that a provider runs are charged in ways of their own; of those, only searches can be held for.
    private mutating func tools(_ cursor: inout JSONCursor) throws(JSONError) {
        request.hasTools = true
        var (searches, types) = (cursor, cursor)
        try request.searches.addTools(&searches)
        var index = 0
        try types.elements { (cursor) throws(JSONError) in
            defer { index += 1 }
            try cursor.members { (cursor, key) throws(JSONError) in
                guard key.equals("type"), try cursor.kind() == .string else { return _ = try cursor.skipValue() }
                let type = try cursor.string()
                guard !SearchCount.isCallers(type), !type.hasPrefix("web_search") else { return }
                let place = "tools[\(index)]"
                refuse(
                    "'\(place)': what a tool of type '\(type.decoded.prefix(40))' costs at its provider cannot be held for.",
                    place)
            }
        }
        try request.content.count(json: &cursor)
    }
}
