import TuppenceCore

/// What matters to the books in a whole answer of the OpenAI dialect.
package struct OpenAIAnswer: Hashable, Sendable {
    package private(set) var usage: OpenAIUsage?
    /// Bytes of text that the answer brought, for when the provider does not count them.
    package private(set) var contentBytes = 0
    /// Whether it calls itself a completion, and has no list of choices, as every one has; or has none in it, and no usage
    /// either, so that nothing can have been done for it.
    package private(set) var lacksChoices = false
    /// Whether it says that it is an error, and so no answer.
    package private(set) var isError = false

    /// - Throws: if the bytes are no JSON object.
    package init(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
        var cursor = JSONCursor(bytes)
        guard try cursor.kind() == .object else { throw JSONError(cursor.position, "an object is expected here") }
        // As good as always one: in a list it stays where it is, where an optional is moved about for every member.
        var usages: [OpenAIUsage] = []
        var choices: Int?
        var (count, failed) = (0, 0)
        var isCompletion = false
        var service: ServiceTier?
        try cursor.object { (cursor, key) throws(JSONError) in
            if key.equals("usage"), try cursor.kind() == .object {
                usages.append(try OpenAIUsage(&cursor))
            } else if key.equals("service_tier") {
                service = try cursor.text().map { ServiceTier(named: $0) }
            } else if key.equals("error") {
                if try cursor.kind() != .null { isError = true }
                try cursor.skipValue()
            } else if key.equals("object"), try cursor.kind() == .string {
                let kind = try cursor.string()
                if kind.equals("error") { isError = true }
                isCompletion = kind.equals("chat.completion") || kind.equals("text_completion")
            } else if key.equals("choices"), try cursor.kind() == .array {
                choices = cursor.position
                try cursor.array { (cursor) throws(JSONError) in
                    count += 1
                    if try Self.isError(choice: &cursor) { failed += 1 }
                }
            } else {
                try cursor.skipValue()
            }
        }
        try cursor.end()
        if failed > 0, failed == count { isError = true }
        usage = usages.last(where: \.isReadable)
        lacksChoices = choices == nil ? isCompletion : count == 0 && usage == nil
        usage?.service = service
        guard usage?.lacksOutput ?? true, let choices else { return }
        var content = ContentBytes()
        var second = JSONCursor(bytes, at: choices)
        try second.array { (cursor) throws(JSONError) in
            _ = try cursor.members { (cursor, key) throws(JSONError) in
                guard key.equals("message") || key.equals("text") else { return _ = try cursor.skipValue() }
                try content.add(&cursor)
            }
        }
        contentBytes = content.count
    }

    /// Whether an error stands in the place of a choice, as OpenRouter has it.
    private static func isError(choice cursor: inout JSONCursor) throws(JSONError) -> Bool {
        guard try cursor.kind() == .object else {
            try cursor.skipValue()
            return false
        }
        var found = false
        try cursor.object { (cursor, key) throws(JSONError) in
            if key.equals("error"), try cursor.kind() != .null { found = true }
            try cursor.skipValue()
        }
        return found
    }
}
