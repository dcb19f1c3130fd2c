import TuppenceDialects

/// A vector for each text, in the order of the request.
public struct EmbeddingAnswer: Hashable, Sendable {
    public var vectors: [[Float]]
    public var usage: Usage?
    /// What is charged for it, attempts before it included.
    public var cost: Money
    /// The model as the provider names it.
    public var model: String?
    public var receipt: Receipt

    init(_ body: [UInt8], cost: Money, receipt: Receipt) throws(JSONError) {
        (vectors, model) = try JSONTree.read(body, most: JSONTree.maximumAnswerValues) { (root) throws(JSONError) in
            guard root["data"]?.kind == .array else { throw JSONError(root.offset, "'data' is missing") }
            var vectors: [(index: Int, vector: [Float])] = []
            for element in root["data"].map({ Array($0.elements) }) ?? [] {
                guard let values = element["embedding"], values.kind == .array else {
                    throw JSONError(element.offset, "'embedding' is missing")
                }
                let vector = values.elements.compactMap { $0.number.flatMap { Float($0.text) } }
                vectors.append((element["index"]?.integer ?? vectors.count, vector))
            }
            return (vectors.sorted { $0.index < $1.index }.map(\.vector), root["model"]?.string?.decoded)
        }
        var reader = OpenAIUsageReader()
        let result: Result<Void, JSONError> = body.withUnsafeBytes { bytes in
            do throws(JSONError) { return .success(try reader.read(bytes)) } catch { return .failure(error) }
        }
        try result.get()
        usage = reader.report.isReadable ? reader.report.usage : nil
        self.cost = cost
        self.receipt = receipt
    }
}
