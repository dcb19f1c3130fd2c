/// `thoughtSignature`, which is bytes in base64. Signatures of other providers go into it with whose they are, so that what
/// callers send back finds its way home: `tuppence:<format>:<id>:s:<signature>`, or `e` for a cipher.
enum GeminiSignature {
    /// Calls from another model have none, and this stands for it
    /// (https://ai.google.dev/gemini-api/docs/thought-signatures, read 2026-11).
    static let none: JSONString = "skip_thought_signature_validator"

    /// - Returns: nil if there is nothing to sign with.
    static func string(_ thinking: Thinking) -> JSONString? {
        guard let secret = thinking.signature ?? thinking.encrypted else { return nil }
        guard let format = thinking.format, format != .gemini else { return secret }
        let kind: JSONString = thinking.signature == nil ? ":e:" : ":s:"
        let text = "tuppence:" + format.name + ":" + (thinking.id ?? "") + kind + secret
        return JSONString(utf8: Base64.encoded(text.utf8)[...])
    }

    /// What a signature in a request or an answer stands for.
    static func thinking(_ signature: JSONString) -> Thinking {
        // How "tuppence:" begins in base64; nine bytes are twelve characters, whatever follows.
        guard signature.hasPrefix("dHVwcGVuY2U6"), let bytes = Base64.decoded(signature.utf8),
            let text = String(validating: bytes, as: UTF8.self)
        else { return Thinking(signature: signature, format: .gemini) }
        var thinking = Thinking()
        AnthropicSignature.read(JSONString(text), into: &thinking, isCipher: false)
        return thinking.format == nil ? Thinking(signature: signature, format: .gemini) : thinking
    }
}
