import TuppenceCore

/// A request for embeddings, in no dialect's words.
package struct EmbeddingRequest: Hashable, Sendable {
    /// How vectors are written for the caller.
    package enum Format: Hashable, Sendable {
        case numbers
        /// Four bytes a number, the lowest first.
        case base64
    }

    package let origin: Dialect
    /// What is to be embedded, each text by itself; empty where the caller gave tokens.
    package var texts: [JSONString] = []
    /// The parts of texts that came in several, by their places: a provider that knows parts puts them together in its own way.
    package var parts: [Int: [JSONString]] = [:]
    /// What the texts are called, by their places.
    package var titles: [Int: JSONString] = [:]
    /// Whether the caller gave tokens of a model's own vocabulary in place of text.
    package var hasTokens = false
    package var format = Format.numbers
    /// How many numbers a vector is to have.
    package var dimensions: Int?
    /// What vectors are for, where the caller says so: `search_query`, `search_document` and so on.
    package var purpose: JSONString?
    package var user: JSONString?
    package var extras = Extras()
    /// As Gemini's callers have sent it.
    var geminis: GeminiEmbeddingBody?
    /// Why it cannot be said at once to providers that are told once what holds for all texts; nil where it can.
    var divergence: Refusal?

    package init(origin: Dialect) { self.origin = origin }

    /// What callers of its dialect call the texts.
    var inputField: String { origin == .gemini ? "requests" : "input" }
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
