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
        try JSONTree.read(body, most: JSONTree.maximumAnswerValues) { (root) throws(JSONError) in
            guard let data = root["data"], data.kind == .array else {
                throw JSONError(root.offset, "'data' is missing")
            }
            var answer = EmbeddingAnswer()
            answer.model = root["model"]?.string
            answer.vectors = try vectors(data)
            if let usage = root["usage"] { answer.usage = UsageReport(OpenAIUsageReader(), usage, model: nil) }
            return answer
        }
    }

    /// In the order of their numbers. Some hosts have one for all of them, and mean the order in which they come.
    private static func vectors(_ data: JSONValue) throws(JSONError) -> [EmbeddingAnswer.Vector] {
        var numbered: [(index: Int, vector: EmbeddingAnswer.Vector)] = []
        for (place, element) in data.elements.enumerated() {
            let vector = try EmbeddingAnswer.vector(element["embedding"], in: element)
            numbered.append((element["index"]?.integer ?? place, vector))
        }
        if numbered.count > 1, numbered.allSatisfy({ $0.index == numbered[0].index }) {
            return numbered.map { $0.vector }
        }
        numbered.sort { $0.index < $1.index }
        guard numbered.enumerated().allSatisfy({ $0.offset == $0.element.index }) else {
            throw JSONError(data.offset, "vectors are missing, or there are two of one number")
        }
        return numbered.map { $0.vector }
    }
}
