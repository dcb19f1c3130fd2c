import TuppenceCore

/// What matters to the books in a whole answer of the OpenAI dialect.
package struct OpenAIAnswer: Hashable, Sendable {
    package private(set) var usage: OpenAIUsage?
    /// Bytes of text that the answer brought, for when the provider does not count them.
    package private(set) var contentBytes = 0
    /// Whether it has a list of choices, and in one of them a message or a text, or else a usage, so that something was done.
    private var hasChoices = false
    /// The same of embeddings.
    private var hasVectors = false
    /// Whether it says that it is an error, and so no answer.
    package private(set) var isError = false

    /// - Throws: if the bytes are no JSON object.
    package init(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
        var cursor = JSONCursor(bytes)
        guard try cursor.kind() == .object else { throw JSONError(cursor.position, "an object is expected here") }
        // As good as always one: in a list it stays where it is, where an optional is moved about for every member.
        var usages: [OpenAIUsage] = []
        var choices: Int?
        var (count, failed, vectors) = (0, 0, 0)
        var isVectorList = false
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
                if try cursor.string().equals("error") { isError = true }
            } else if key.equals("choices"), try cursor.kind() == .array {
                choices = cursor.position
                try cursor.array { (cursor) throws(JSONError) in
                    count += 1
                    let choice = try Self.read(choice: &cursor)
                    if choice.isError { failed += 1 }
                    if choice.saysAnything { hasChoices = true }
                }
            } else if key.equals("data"), try cursor.kind() == .array {
                isVectorList = true
                try cursor.array { (cursor) throws(JSONError) in
                    vectors += 1
                    try cursor.skipValue()
                }
            } else {
                try cursor.skipValue()
            }
        }
        try cursor.end()
        if failed > 0, failed == count { isError = true }
        usage = usages.last(where: \.isReadable)
        if usage != nil, choices != nil { hasChoices = true }
        hasVectors = isVectorList && (vectors > 0 || usage != nil)
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

    /// What is missing, so that it is no answer of `endpoint`; nil for nothing.
    package func lack(at endpoint: GovernedEndpoint) -> String? {
        if endpoint.isEmbeddings { return hasVectors ? nil : "there are no embeddings in it" }
        return hasChoices ? nil : "there are no choices in it"
    }

    /// Whether an error stands in the place of a choice, as OpenRouter has it, and whether there is a part of an answer in it,
    /// be it one of no words.
    private static func read(
        choice cursor: inout JSONCursor
    ) throws(JSONError) -> (isError: Bool, saysAnything: Bool) {
        var found = (isError: false, saysAnything: false)
        guard try cursor.kind() == .object else {
            try cursor.skipValue()
            return found
        }
        try cursor.object { (cursor, key) throws(JSONError) in
            let kind = try cursor.kind()
            if key.equals("error") {
                if kind != .null { found.isError = true }
            } else if key.equals("message") || key.equals("delta") {
                if kind == .object { found.saysAnything = true }
            } else if key.equals("text"), kind == .string {
                found.saysAnything = true
            }
            try cursor.skipValue()
        }
        return found
    }
}
