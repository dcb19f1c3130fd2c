import TuppenceCore

/// What matters to the books in a whole answer of the OpenAI dialect.
package struct OpenAIAnswer: Hashable, Sendable {
    package private(set) var usage: OpenAIUsage?
    /// Bytes of text that the answer brought, for when the provider counts nothing.
    package private(set) var contentBytes = 0

    /// - Throws: if the bytes are no JSON object.
    package init(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
        var cursor = JSONCursor(bytes)
        guard try cursor.kind() == .object else { throw JSONError(cursor.position, "an object is expected here") }
        var usage: OpenAIUsage?
        var choices: Int?
        try cursor.object { (cursor, key) throws(JSONError) in
            if key.equals("usage"), try cursor.kind() == .object {
                let found = try OpenAIUsage(&cursor)
                if found.isReadable { usage = found }
            } else {
                if key.equals("choices") { choices = cursor.position }
                try cursor.skipValue()
            }
        }
        try cursor.end()
        self.usage = usage
        guard usage == nil, let choices else { return }
        var content = ContentCount()
        var second = JSONCursor(bytes, at: choices)
        try content.add(&second, media: true)
        contentBytes = content.asciiBytes + content.otherBytes
    }
}
