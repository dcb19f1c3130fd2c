import TuppenceCore

/// A dialect that providers are asked for embeddings in.
package protocol EmbeddingDialect: SendableMetatype {
    /// Writes all that the dialect can say, and lists what it cannot.
    ///
    /// - Throws: a refusal with code `invalid_request` for what no target of the dialect can be asked, whatever is left out.
    static func write(_ request: EmbeddingRequest, to target: OutboundTarget) throws(Refusal) -> OutboundRequest
    /// - Parameter count: what ``countField`` says.
    static func readAnswer(_ body: [UInt8], count: Int?) throws(JSONError) -> EmbeddingAnswer
    /// A header that counts the tokens of the input, where the body does not.
    static var countField: StaticString? { get }
}

extension EmbeddingDialect {
    package static var countField: StaticString? { nil }

    /// The texts of `request`, of which there are `most` at most, and of which the same holds.
    static func texts(of request: EmbeddingRequest, most: Int = .max) throws(Refusal) -> [JSONString] {
        if let divergence = request.divergence { throw divergence }
        if request.hasTokens {
            throw .invalid("The target takes text, and not the tokens of another model: send 'input' as text.", "input")
        }
        if request.texts.count > most {
            throw .invalid(
                "The target embeds \(most == 1 ? "one text" : "\(most) texts") at a time, and '\(request.inputField)' has \(request.texts.count).",
                request.inputField)
        }
        return request.texts
    }
}

extension Losses {
    /// What no dialect but OpenAI's has a field for.
    mutating func add(restOf request: EmbeddingRequest, target: Dialect) {
        if !request.titles.isEmpty, target != .gemini { add("title", .dropped, "The target takes no titles.") }
        if request.user != nil { add("user", .dropped, "The target does not ask who the user is.") }
        add(request.extras, target: target)
    }
}

extension Dialect {
    /// How providers of it are asked for embeddings; nil where they have none.
    package var embeddings: (any EmbeddingDialect.Type)? {
        switch self {
        case .cohere: CohereEmbeddings.self
        case .gemini: GeminiEmbeddings.self
        case .bedrock: BedrockEmbeddings.self
        case .mistral: MistralEmbeddings.self
        case .openAI, .responses: OpenAIEmbeddings.self
        case .anthropic: nil
        }
    }
}
