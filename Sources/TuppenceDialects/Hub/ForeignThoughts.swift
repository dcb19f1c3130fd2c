/// What providers of other dialects have thought, in a conversation as its caller keeps it for them (``ThinkingSeal``). No
/// provider but theirs takes it.
package enum ForeignThoughts {
    /// As a seal begins, in Gemini's dialect in base64: nine bytes are twelve letters, whatever follows.
    private static let seal = ByteSearch(for: Array("\"tuppence:".utf8))
    private static let encodedSeal = ByteSearch(for: Array("\"dHVwcGVuY2U6".utf8))
    private static let signature = ByteSearch(for: Array("\"signature\"".utf8))

    /// Whether there are such in a request of Anthropic's dialect, Responses or Gemini's. Text that only looks like them counts
    /// for some.
    package static func areIn(_ body: UnsafeRawBufferPointer, of endpoint: OpenAIEndpoint) -> Bool {
        switch endpoint {
        case .responses: seal.first(in: body, from: 0) != nil
        case .generateContent: encodedSeal.first(in: body, from: 0) != nil
        case .messages, .countTokens: seal.first(in: body, from: 0) != nil || hasEmptySignature(body)
        default: false
        }
    }

    /// Thoughts that nobody has signed are written with an empty signature, which Anthropic refuses.
    private static func hasEmptySignature(_ body: UnsafeRawBufferPointer) -> Bool {
        var place = 0
        while let found = signature.first(in: body, from: place) {
            place = found + 11
            let value = body[place...].drop { $0 == UInt8(ascii: ":") || $0 <= UInt8(ascii: " ") }
            if value.starts(with: Array("\"\"".utf8)) { return true }
        }
        return false
    }

    /// Takes them out of a request that goes to a provider of its own dialect, where that dialect's writer keeps all that its
    /// own callers say.
    ///
    /// - Returns: what callers call what was taken out; nil if nothing was.
    package static func remove(from request: inout ChatRequest) -> String? {
        let isForeign: (Thinking) -> Bool
        let name: String
        switch request.origin {
        case .responses:
            name = "input.encrypted_content"
            isForeign = { $0.format.map { $0 != .responses } ?? false }
        case .anthropic:
            name = "messages.content.thinking"
            isForeign = { !AnthropicMessageWriter.isOurs($0) }
        default: return nil
        }
        var hadAny = false
        request.messages = request.messages.compactMap { message in
            if message.plainText != nil { return message }
            var rest = message
            rest.content.removeAll { if case .thinking(let thinking) = $0 { isForeign(thinking) } else { false } }
            guard rest.content.count < message.content.count else { return message }
            hadAny = true
            // Nothing may be left of it, and no provider takes a message without content.
            return rest.content.isEmpty ? nil : rest
        }
        return hadAny ? name : nil
    }
}
