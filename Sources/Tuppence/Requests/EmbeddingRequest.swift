import TuppenceDialects

/// Texts to be made vectors of.
public struct EmbeddingRequest: Hashable, Sendable {
    /// A route, a model, or `provider/model`.
    public var model: String
    public var input: [String]
    /// How long the vectors are to be, of models that can be asked.
    public var dimensions: Int?
    /// The end user it is asked for, as budgets and the ledger know them.
    public var user: String?

    public init(_ model: String, _ input: [String], dimensions: Int? = nil) {
        self.model = model
        self.input = input
        self.dimensions = dimensions
    }

    func body() -> [UInt8] {
        RawJSON { json in
            json.object { json in
                json.member("model", JSONString(model))
                json.member("input", array: { json in for text in input { json.value(JSONString(text)) } })
                json.member("dimensions", dimensions)
                json.member("user", user.map { JSONString($0) })
            }
        }.bytes.map { $0 }
    }
}
