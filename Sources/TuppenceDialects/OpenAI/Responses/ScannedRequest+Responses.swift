/// What Responses have beside what chats have (https://platform.openai.com/docs/api-reference/responses/create, read
/// 2026-11).
extension ScannedRequest.Reader {
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
            request.hasTools = true
            try check(tools: cursor, "tools")
            try request.content.count(json: &cursor)
        } else if key.equals("store") {
            once("store")
            guard try cursor.kind() == .bool else {
                try cursor.skipValue()
                return true
            }
            let isWished = try cursor.bool()
            // A count is no answer to go on from.
            request.isToBeKept = isWished && request.endpoint == .responses
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
                    if try cursor.kind() == .object {
                        try reader.check(item: cursor.unnoted, count)
                    } else {
                        reader.refuse("Every element of 'input' must be an object.", "input")
                    }
                    count += 1
                    let start = cursor.position
                    try reader.request.content.add(message: &cursor)
                    reader.request.lastInputs = (reader.request.lastInputs.1, start..<cursor.position)
                }
            }
            request.content.messages = count
            if count == 0 { refuse("'input' is empty: say something.", "input") }
        default:
            try cursor.skipValue()
            refuse("'input' must be a string or an array.", "input")
        }
    }

    /// An item may stand for what lies at a provider, or bring tools with it.
    ///
    /// Where a name is there twice, whatever may be meant counts.
    private mutating func check(item cursor: JSONCursor, _ index: Int) throws(JSONError) {
        var cursor = cursor
        // Without a type it is a message, which has a role, or a reference.
        var (hasType, hasRole, hasID, hasContent) = (false, false, false, false)
        var (isReference, isReasoning, isImage) = (false, false, false)
        try cursor.object { (cursor, key) throws(JSONError) in
            if key.equals("type") {
                guard try cursor.kind() == .string else {
                    isReference = true
                    return _ = try cursor.skipValue()
                }
                let type = try cursor.string()
                hasType = true
                if type.equals("item_reference") { isReference = true }
                if type.equals("reasoning") { isReasoning = true }
                if type.equals("image_generation_call") { isImage = true }
            } else if key.equals("tools") {
                request.hasTools = true
                try check(tools: cursor, "input[\(index)].tools")
                try cursor.skipValue()
            } else {
                let isThere = try cursor.kind() != .null
                if key.equals("role") { hasRole = hasRole || isThere }
                if key.equals("id") { hasID = hasID || isThere }
                if key.equals("encrypted_content") || key.equals("content") || key.equals("result") {
                    hasContent = hasContent || isThere
                }
                try cursor.skipValue()
            }
        }
        if !hasRole && hasID && (isReference || !hasType) || isReference && hasType || isImage && !hasContent {
            refuse(
                "'input[\(index)]' has nothing but the id of what lies at a provider. Send the item itself.", "input")
        }
        if isReasoning { request.traits.insert(.thoughts) }
        if isReasoning && !hasContent { request.content.addUnknownThoughts() }
    }

    /// Tools that a provider runs are charged in ways of their own; of those, only searches can be held for.
    ///
    /// - Parameter isNested: whether they stand in a group, of which there are none in another.
    private mutating func check(tools cursor: JSONCursor, _ place: String, isNested: Bool = false) throws(JSONError) {
        var (searches, types) = (cursor, cursor)
        try request.searches.addTools(&searches)
        var index = 0
        try types.elements { (cursor) throws(JSONError) in
            defer { index += 1 }
            var tool = ToolKind()
            try cursor.members { (cursor, key) throws(JSONError) in
                if !isNested, key.equals("tools") {
                    try check(tools: cursor, "\(place)[\(index)].tools", isNested: true)
                }
                if try !tool.take(key, &cursor) { try cursor.skipValue() }
            }
            guard let type = tool.providers, !type.hasPrefix("web_search") else { return }
            let place = "\(place)[\(index)]"
            refuse(
                "'\(place)': what a tool of type '\(type.decoded.prefix(40))' costs at its provider cannot be held for.",
                place)
        }
    }
}
