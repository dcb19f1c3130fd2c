import TuppenceCore

/// Cohere's embeddings, version 2, and the same models as Bedrock has them.
///
/// Inputs that are too long are refused, as OpenAI does it, and not cut.
///
/// Source: https://docs.cohere.com/reference/embed (read 2026-11).
package enum CohereEmbeddings: EmbeddingDialect {
    package static func write(
        _ request: EmbeddingRequest, to target: OutboundTarget
    ) throws(Refusal) -> OutboundRequest {
        let texts = try texts(of: request)
        var losses = Losses()
        var json = JSONWriter(reserving: 1_024)
        json.object { json in
            json.member("model", JSONString(target.model))
            members(request, texts, &losses, &json)
        }
        losses.add(restOf: request, target: .cohere)
        return OutboundRequest(path: "embed", body: json.bytes, losses: losses)
    }

    /// All but the model.
    static func members(
        _ request: EmbeddingRequest, _ texts: [JSONString], _ losses: inout Losses, _ json: inout JSONWriter
    ) {
        json.member("texts", array: { json in for text in texts { json.value(text) } })
        json.member("input_type", literal: purpose(request.purpose, &losses))
        json.member("embedding_types", array: { $0.value(literal: "float") })
        json.member("output_dimension", request.dimensions)
        json.member("truncate", literal: "NONE")
    }

    /// There has to be one. What is not said is taken for a document, as it is for what is searched that most is embedded.
    private static func purpose(_ name: JSONString?, _ losses: inout Losses) -> StaticString {
        guard let name else { return "search_document" }
        switch EmbeddingPurpose(name) {
        case .query: return "search_query"
        case .document: return "search_document"
        case .classification: return "classification"
        case .clustering: return "clustering"
        case .other:
            losses.add("input_type", .refused, "The target does not know the purpose '\(name.decoded.prefix(40))'.")
            return "search_document"
        }
    }

    package static func readAnswer(_ body: [UInt8], count: Int?) throws(JSONError) -> EmbeddingAnswer {
        try JSONTree.read(body, most: JSONTree.maximumAnswerValues) { (root) throws(JSONError) in
            var answer = EmbeddingAnswer()
            // Version 2 has them by type; models at Bedrock that are asked for one have them as a list.
            let lists = root["embeddings"]?["float"] ?? root["embeddings"]
            guard let lists, lists.kind == .array else {
                throw JSONError(root.offset, "'embeddings' is missing")
            }
            for vector in lists.elements { answer.vectors.append(try EmbeddingAnswer.vector(vector, in: root)) }
            if let meta = root["meta"] { answer.usage = UsageReport(CohereUsageReader(), meta, model: nil) }
            return answer
        }
    }
}
