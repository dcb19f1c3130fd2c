/// What providers of other dialects have thought, in a conversation as its caller keeps it for them (``ThinkingSeal``). No
/// provider but theirs takes it.
package enum ForeignThoughts {
    /// As a seal begins, in Gemini's dialect in base64: nine bytes are twelve letters, whatever follows.
    private static let seal = ByteSearch(for: Array("\"tuppence:".utf8))
    private static let encodedSeal = ByteSearch(for: Array("\"dHVwcGVuY2U6".utf8))

    /// Whether there are such in a request of Responses or Gemini's. Text that only looks like them counts for some.
    package static func areIn(_ body: UnsafeRawBufferPointer, of endpoint: OpenAIEndpoint) -> Bool {
        switch endpoint {
        case .responses: seal.first(in: body, from: 0) != nil
        case .generateContent: encodedSeal.first(in: body, from: 0) != nil
        default: false
        }
    }

    /// Takes them out of a request of Responses that goes to a provider of its own dialect; writers of others do so
    /// themselves.
    ///
    /// - Returns: whether there were any.
    package static func remove(from request: inout ChatRequest) -> Bool {
        guard request.origin == .responses else { return false }
        var hadAny = false
        for index in request.messages.indices {
            request.messages[index].content.removeAll { block in
                guard case .thinking(let thinking) = block, let format = thinking.format, format != .responses else {
                    return false
                }
                hadAny = true
                return true
            }
        }
        return hadAny
    }
}
