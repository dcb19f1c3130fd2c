/// The members that say which model is to answer, how much, and in which form.
extension ScannedRequest.Reader {
    mutating func model(_ cursor: inout JSONCursor) throws(JSONError) {
        once("model")
        guard try cursor.kind() == .string else {
            try cursor.skipValue()
            return refuse("'model' must be a string.", "model")
        }
        let start = cursor.position
        request.model = try cursor.string().decoded
        request.modelRange = start..<cursor.position
        if request.model.isEmpty { refuse("'model' is empty: name a route or a model.", "model") }
    }

    mutating func stream(_ cursor: inout JSONCursor) throws(JSONError) {
        once("stream")
        switch try cursor.kind() {
        case .bool: request.streams = try cursor.bool()
        case .null: try cursor.skipValue()
        default:
            try cursor.skipValue()
            refuse("'stream' must be true or false.", "stream")
        }
    }

    mutating func streamOptions(_ cursor: inout JSONCursor) throws(JSONError) {
        once("stream_options")
        guard try cursor.kind() == .object else {
            let isNull = try cursor.kind() == .null
            request.usageEdit = ByteEdit(try cursor.skipValue(), Array("{\"include_usage\":true}".utf8))
            if !isNull { refuse("'stream_options' must be an object.", "stream_options") }
            return
        }
        let inside = cursor.position + 1
        var isEmpty = true
        var flag: Range<Int>?
        try cursor.object { (cursor, key) throws(JSONError) in
            isEmpty = false
            guard key.equals("include_usage") else { return _ = try cursor.skipValue() }
            if try cursor.kind() == .bool {
                let start = cursor.position
                request.wantsUsage = try cursor.bool()
                flag = start..<cursor.position
            } else {
                flag = try cursor.skipValue()
            }
        }
        request.usageEdit =
            flag.map { ByteEdit($0, Array("true".utf8)) }
            ?? ByteEdit(
                at: inside, insert: Array((isEmpty ? "\"include_usage\":true" : "\"include_usage\":true,").utf8))
    }

    mutating func limit(_ field: StaticString, _ cursor: inout JSONCursor) throws(JSONError) {
        let name = field.description
        once(name)
        let kind = try cursor.kind()
        let start = cursor.position
        let limit = try positive(name, &cursor)
        if let limit { request.outputLimit = max(request.outputLimit ?? 0, limit) }
        if limit != nil || kind == .null { request.limits.append((start..<cursor.position, field, limit)) }
    }

    /// Who the caller's user is, in Anthropic's dialect. One that is longer than a name may be is none: some clients put
    /// a description of themselves there.
    mutating func metadata(_ cursor: inout JSONCursor) throws(JSONError) {
        once("metadata")
        guard try cursor.kind() == .object else { return _ = try cursor.skipValue() }
        try cursor.object { (cursor, key) throws(JSONError) in
            guard key.equals("user_id"), try cursor.kind() == .string else { return _ = try cursor.skipValue() }
            let user = try cursor.string().decoded
            request.user = (1...256).contains(user.utf8.count) ? user : nil
        }
    }

    /// A budget for thinking, which providers refuse to fit into a smaller output limit. What it is else is theirs.
    mutating func thinking(_ name: StaticString, _ cursor: inout JSONCursor) throws(JSONError) {
        guard try cursor.kind() == .object else { return _ = try cursor.skipValue() }
        try cursor.object { (cursor, key) throws(JSONError) in
            guard key.equals(name), try cursor.kind() == .number else { return _ = try cursor.skipValue() }
            let budget = try cursor.number().integer ?? 0
            request.thinking = max(request.thinking, min(budget, 100_000_000))
        }
    }

    mutating func positive(_ name: String, _ cursor: inout JSONCursor) throws(JSONError) -> Int? {
        switch try cursor.kind() {
        case .null:
            try cursor.skipValue()
            return nil
        case .number:
            let number = try cursor.number()
            // More than any model's context is a mistake, and keeps every product below within 64 bits.
            if let value = number.integer, (1...100_000_000).contains(value) { return value }
            refuse("'\(name)' must be a whole number from 1 to 100000000, not \(number.text.prefix(40)).", name)
            return nil
        default:
            try cursor.skipValue()
            refuse("'\(name)' must be a whole number.", name)
            return nil
        }
    }
}
