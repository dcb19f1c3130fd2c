/// A request for embeddings, in no dialect's words.
package struct EmbeddingRequest: Hashable, Sendable {
    /// How vectors are written for the caller.
    package enum Format: Hashable, Sendable {
        case numbers
        /// Four bytes a number, the lowest first.
        case base64
    }

    /// What is to be embedded, each text by itself; empty where the caller gave tokens.
    package var texts: [JSONString] = []
    /// Whether the caller gave tokens of a model's own vocabulary in place of text.
    package var hasTokens = false
    package var format = Format.numbers
    /// How many numbers a vector is to have.
    package var dimensions: Int?
    /// What vectors are for, where the caller says so: `search_query`, `search_document` and so on.
    package var purpose: JSONString?
    package var user: JSONString?
    package var extras = Extras()

    package init() {}
}

/// What vectors are for, as most providers tell it apart.
enum EmbeddingPurpose: Hashable {
    case query, document, classification, clustering
    case other

    /// Takes the words that Cohere, Voyage and Google have.
    init(_ name: JSONString) {
        switch name.decoded.lowercased() {
        case "search_query", "query", "retrieval_query": self = .query
        case "search_document", "document", "passage", "retrieval_document": self = .document
        case "classification": self = .classification
        case "clustering": self = .clustering
        default: self = .other
        }
    }
}
