/// `thoughtSignature`, which is bytes in base64. Signatures of other providers go into it sealed; see ``ThinkingSeal``.
enum GeminiSignature {
    /// Calls from another model have none, and this stands for it
    /// (https://ai.google.dev/gemini-api/docs/thought-signatures, read 2026-11).
    static let none: JSONString = "skip_thought_signature_validator"

    /// - Returns: nil if there is nothing to sign with.
    static func string(_ thinking: Thinking) -> JSONString? {
        guard let text = ThinkingSeal.string(thinking, own: [.gemini]) else { return nil }
        guard let format = thinking.format, format != .gemini else { return text }
        return JSONString(utf8: Base64.encoded(text.utf8)[...])
    }

    /// What a signature in a request or an answer stands for.
    static func thinking(_ signature: JSONString) -> Thinking {
        // How "tuppence:" begins in base64: its nine bytes are twelve characters, whatever follows.
        if signature.hasPrefix("dHVwcGVuY2U6"), let bytes = Base64.decoded(signature.utf8),
            let text = String(validating: bytes, as: UTF8.self)
        {
            var thinking = Thinking()
            ThinkingSeal.read(JSONString(text), into: &thinking, isCipher: false)
            if thinking.format != nil { return thinking }
        }
        return Thinking(signature: signature, format: .gemini)
    }
}
