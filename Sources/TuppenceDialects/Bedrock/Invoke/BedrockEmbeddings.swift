import TuppenceCore

/// Embeddings of models on Bedrock, each in the words of its maker. Titan's and Cohere's are spoken here.
///
/// Sources: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html,
/// …/model-parameters-embed.html (read 2026-11).
package enum BedrockEmbeddings: EmbeddingDialect {
    /// Cohere's models count nowhere else.
    package static var countField: StaticString? { "x-amzn-bedrock-input-token-count" }

    private enum Maker {
        case titan, firstTitan, cohere

        init?(_ model: String) {
            if model.contains("cohere.embed") {
                self = .cohere
            } else if model.contains("amazon.titan-embed-text-v1") || model.contains("amazon.titan-embed-g1-text") {
                self = .firstTitan
            } else if model.contains("amazon.titan-embed-text") {
                self = .titan
            } else {
                return nil
            }
        }
    }

    package static func write(
        _ request: EmbeddingRequest, to target: OutboundTarget
    ) throws(Refusal) -> OutboundRequest {
        guard let maker = Maker(target.model) else {
            throw .invalid(
                "Of Bedrock's models, Titan's for text and Cohere's can be asked for embeddings here, and '\(target.model)' is none of them.",
                "model")
        }
        var losses = Losses()
        var json = JSONWriter(reserving: 1_024)
        switch maker {
        case .cohere:
            let texts = try texts(of: request)
            json.object { CohereEmbeddings.members(request, texts, &losses, &$0) }
        case .titan, .firstTitan:
            let texts = try texts(of: request, most: 1)
            json.object { json in
                json.member("inputText", texts.first)
                if maker == .titan { json.member("dimensions", request.dimensions) }
            }
            if maker == .firstTitan, request.dimensions != nil {
                losses.add("dimensions", .refused, "The target's vectors have one length only.")
            }
            if request.purpose != nil { losses.add("input_type", .dropped, "The target does not ask for the purpose.") }
        }
        losses.add(restOf: request, target: .bedrock)
        // One segment of the path: ids have colons, ARNs slashes.
        return OutboundRequest(
            path: "model/\(PercentEncoding.encoded(target.model))/invoke", body: json.bytes, losses: losses)
    }

    package static func readAnswer(_ body: [UInt8], count: Int?) throws(JSONError) -> EmbeddingAnswer {
        let titan = try JSONTree.read(body, most: JSONTree.maximumAnswerValues) {
            (root) throws(JSONError) -> EmbeddingAnswer? in
            guard let vector = root["embedding"] else { return nil }
            var answer = EmbeddingAnswer()
            answer.vectors = [try EmbeddingAnswer.vector(vector, in: root)]
            answer.usage = usage(root["inputTextTokenCount"]?.integer)
            return answer
        }
        if let titan { return titan }
        var answer = try CohereEmbeddings.readAnswer(body, count: nil)
        answer.usage = usage(count)
        return answer
    }

    private static func usage(_ count: Int?) -> UsageReport? {
        guard let count, (0...1_000_000_000).contains(count) else { return nil }
        return UsageReport(usage: Usage(input: count), isReadable: true)
    }
}
