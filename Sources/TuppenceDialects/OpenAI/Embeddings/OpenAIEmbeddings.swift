import TuppenceCore

/// OpenAI's embeddings, for callers of other dialects; its own have their bytes sent as they are.
///
/// Source: https://platform.openai.com/docs/api-reference/embeddings/create (read 2026-11).
package enum OpenAIEmbeddings: EmbeddingDialect {
    package static func write(
        _ request: EmbeddingRequest, to target: OutboundTarget
    ) throws(Refusal) -> OutboundRequest {
        let texts = try texts(of: request)
        var losses = Losses()
        var json = JSONWriter(reserving: 1_024)
        json.object { json in
            json.member("model", JSONString(target.model))
            json.member("input", array: { json in for text in texts { json.value(text) } })
            if request.format == .base64 { json.member("encoding_format", literal: "base64") }
            json.member("dimensions", request.dimensions)
            json.member("user", request.user)
        }
        if request.purpose != nil { losses.add("input_type", .dropped, "The target does not ask for the purpose.") }
        var rest = request
        rest.user = nil
        losses.add(restOf: rest, target: .openAI)
        return OutboundRequest(path: "embeddings", body: json.bytes, losses: losses)
    }

    package static func readAnswer(_ body: [UInt8], count: Int?) throws(JSONError) -> EmbeddingAnswer {
        try JSONTree.read(body) { (root) throws(JSONError) in
            guard let data = root["data"], data.kind == .array else {
                throw JSONError(root.offset, "'data' is missing")
            }
            var answer = EmbeddingAnswer()
            answer.model = root["model"]?.string
            for (place, element) in data.elements.enumerated() {
                guard element["index"]?.integer ?? place == place else {
                    throw JSONError(element.offset, "the vectors are out of order")
                }
                answer.vectors.append(try EmbeddingAnswer.vector(element["embedding"], in: element))
            }
            if let usage = root["usage"] { answer.usage = UsageReport(OpenAIUsageReader(), usage, model: nil) }
            return answer
        }
    }
}
