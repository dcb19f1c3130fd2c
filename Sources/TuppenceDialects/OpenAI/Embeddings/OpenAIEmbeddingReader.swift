import TuppenceCore

/// Reads a request for embeddings.
///
/// Source: https://platform.openai.com/docs/api-reference/embeddings/create (read 2026-11). `input_type`, which it does not
/// have, is what other providers and gateways call the purpose.
package struct OpenAIEmbeddingReader: BodyReader {
    private var request = EmbeddingRequest(origin: .openAI)
    var refusal: Refusal?

    /// - Throws: a refusal with code `invalid_request` that names the field at fault.
    package static func read(_ body: [UInt8]) throws(Refusal) -> EmbeddingRequest {
        var reader = OpenAIEmbeddingReader()
        do throws(JSONError) {
            try JSONTree.read(body) { root in
                for member in root.members where !member.value.isNull { reader.take(member) }
            }
        } catch { throw .invalidJSON(error) }
        if let refusal = reader.refusal { throw refusal }
        return reader.request
    }

    private mutating func take(_ member: JSONValue.Member) {
        let value = member.value
        switch member.name {
        case "model", "stream": break
        case "input": input(value)
        case "encoding_format":
            switch value.text {
            case .some(let text) where text.equals("float"): request.format = .numbers
            case .some(let text) where text.equals("base64"): request.format = .base64
            default: refuse("'encoding_format' must be 'float' or 'base64'.", "encoding_format")
            }
        case "dimensions":
            guard let count = value.integer, (1...1_000_000).contains(count) else {
                return refuse("'dimensions' must be a whole number above 0.", "dimensions")
            }
            request.dimensions = count
        case "input_type" where value.kind == .string: request.purpose = value.string
        case "user" where value.kind == .string: request.user = value.string
        default: request.extras.keep(member)
        }
    }

    /// A text, several, or the tokens of one or several.
    private mutating func input(_ value: JSONValue) {
        if let text = value.string { return request.texts = [text] }
        var texts: [JSONString] = []
        for element in value.elements {
            switch element.kind {
            case .string: if let text = element.string { texts.append(text) }
            case .number, .array: request.hasTokens = true
            default: refuse("Every element of 'input' must be a string, or a list of tokens.", "input")
            }
        }
        if request.hasTokens, !texts.isEmpty { refuse("'input' must be either text or tokens, not both.", "input") }
        request.texts = texts
    }
}
