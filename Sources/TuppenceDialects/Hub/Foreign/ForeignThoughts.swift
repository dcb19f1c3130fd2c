/// What providers of other dialects have thought, in a conversation as its caller keeps it for them (``ThinkingSeal``). No
/// provider but theirs takes it.
package enum ForeignThoughts {
    /// As a seal begins, in Gemini's dialect in base64: nine bytes are twelve letters, whatever follows.
    private static let seal = ByteSearch(for: Array("\"tuppence:".utf8))
    private static let encodedSeal = ByteSearch(for: Array("\"dHVwcGVuY2U6".utf8))
    private static let signature = ByteSearch(for: Array("\"signature\"".utf8))
    /// As the ids begin that thoughts get here whose provider has none for them: see ``OpenAIResponses/itemID(_:_:_:)``.
    private static let ownID: StaticString = "rs_req_"
    private static let quotedOwnID = ByteSearch(for: Array("\"rs_req_".utf8))

    /// As a reasoning item of Responses says what it is.
    private static let reasoning = ByteSearch(for: Array("\"reasoning\"".utf8))

    /// Whether there are such in a request of Anthropic's dialect, Responses or Gemini's. Text that only looks like them counts
    /// for some.
    ///
    /// - Parameter isElsewhere: whether it goes on from an answer of another provider, who alone knows thoughts by their ids.
    package static func areIn(
        _ body: UnsafeRawBufferPointer, of endpoint: GovernedEndpoint, isElsewhere: Bool = false
    ) -> Bool {
        switch endpoint {
        case .responses where isElsewhere, .countInputTokens where isElsewhere:
            reasoning.first(in: body, from: 0) != nil
        case .responses, .countInputTokens:
            seal.first(in: body, from: 0) != nil || quotedOwnID.first(in: body, from: 0) != nil
        case .generateContent: encodedSeal.first(in: body, from: 0) != nil
        case .messages, .countTokens: seal.first(in: body, from: 0) != nil || hasEmptySignature(body)
        default: false
        }
    }

    /// Other gateways write thoughts that nobody has signed with an empty signature, which Anthropic refuses.
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
    /// - Parameter isElsewhere: see ``areIn(_:of:isElsewhere:)``.
    /// - Returns: what callers call what was taken out; nil if nothing was.
    package static func remove(from request: inout ChatRequest, isElsewhere: Bool = false) -> String? {
        let isForeign: (Thinking) -> Bool
        let name: String
        switch request.origin {
        case .responses:
            name = "input.reasoning"
            isForeign = { thinking in
                thinking.format.map { $0 != .responses } ?? false || thinking.id.map { $0.hasPrefix(ownID) } ?? false
                    || isElsewhere && thinking.encrypted == nil
            }
        case .anthropic:
            name = "messages.content.thinking"
            isForeign = { !AnthropicMessageWriter.isOurs($0) }
        default: return nil
        }
        return request.removeThoughts(where: isForeign) ? name : nil
    }
}

extension ChatRequest {
    /// - Returns: whether there were any.
    mutating func removeThoughts(where isUnwanted: (Thinking) -> Bool) -> Bool {
        var hadAny = false
        messages = messages.compactMap { message in
            if message.plainText != nil { return message }
            var rest = message
            rest.content.removeAll { if case .thinking(let thinking) = $0 { isUnwanted(thinking) } else { false } }
            guard rest.content.count < message.content.count else { return message }
            hadAny = true
            // Nothing may be left of it, and no provider takes a message without content.
            return rest.content.isEmpty ? nil : rest
        }
        return hadAny
    }
}
