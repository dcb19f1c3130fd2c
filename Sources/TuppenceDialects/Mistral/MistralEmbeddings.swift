import TuppenceCore

/// Mistral's embeddings: OpenAI's with another name for the dimensions, and no patience for fields that it does not know.
///
/// Source: https://docs.mistral.ai/api/endpoint/embeddings (read 2026-11).
package enum MistralEmbeddings: EmbeddingDialect {
    /// Members that Mistral has by these names and the hub does not.
    private static let known: [StaticString] = ["output_dimension", "output_dtype", "metadata"]

    package static func write(
        _ request: EmbeddingRequest, to target: OutboundTarget
    ) throws(Refusal) -> OutboundRequest {
        let texts = try texts(of: request)
        var losses = Losses()
        var request = request
        var own = Extras()
        own.members = request.extras.members.filter { member in known.contains { member.name.equals($0) } }
        request.extras.members.removeAll { member in known.contains { member.name.equals($0) } }
        var json = JSONWriter(reserving: 1_024)
        json.object { json in
            json.member("model", JSONString(target.model))
            json.member("input", array: { json in for text in texts { json.value(text) } })
            if request.format == .base64 { json.member("encoding_format", literal: "base64") }
            if !own.contains("output_dimension") { json.member("output_dimension", request.dimensions) }
            own.write(into: &json)
        }
        if request.purpose != nil { losses.add("input_type", .dropped, "The target does not ask for the purpose.") }
        losses.add(restOf: request, target: .mistral)
        return OutboundRequest(path: "embeddings", body: json.bytes, losses: losses)
    }

    package static func readAnswer(_ body: [UInt8], count: Int?) throws(JSONError) -> EmbeddingAnswer {
        try OpenAIEmbeddings.readAnswer(body, count: count)
    }
}
