import TuppenceCore

/// Google's embeddings: many at once at AI Studio; at Vertex as predictions, or one by one for models of the second generation.
///
/// Sources: https://ai.google.dev/api/embeddings,
/// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api (read 2026-11).
package enum GeminiEmbeddings: EmbeddingDialect {
    package static func write(
        _ request: EmbeddingRequest, to target: OutboundTarget
    ) throws(Refusal) -> OutboundRequest {
        let host: GeminiChat.Host = target.host == .vertex ? .vertex : .aiStudio
        if host == .aiStudio, let own = request.geminis {
            return OutboundRequest(
                path: GeminiAddress.path(
                    model: target.model, host: host, method: own.isBatch ? .batchEmbedContents : .embedContent),
                body: own.naming(name(of: target.model)), losses: Losses())
        }
        let model = GeminiEmbeddingModel(target.model)
        let texts = try texts(of: request, most: host == .vertex && model.embedsOneByOne ? 1 : .max)
        var losses = Losses()
        let purpose = purpose(request.purpose, model, &losses)
        var json = JSONWriter(reserving: 1_024)
        var rest = request
        let verb: StaticString
        switch host {
        case .aiStudio:
            verb = "batchEmbedContents"
            json.object { json in
                json.member(
                    "requests",
                    array: { json in
                        for index in texts.indices {
                            json.object { json in
                                json.member("model", JSONString(name(of: target.model)))
                                content(index, request, purpose, &json)
                            }
                        }
                    })
            }
        case .vertex where model.isPredicted:
            verb = "predict"
            json.object { predictions(request, purpose, &$0) }
        case .vertex:
            verb = "embedContent"
            var own = Extras()
            if request.origin == .gemini { swap(&own, &rest.extras) }
            json.object { json in
                for index in texts.indices { content(index, request, purpose, &json) }
                own.write(into: &json)
                if !own.contains("autoTruncate") { json.member("autoTruncate", false) }
            }
        }
        losses.add(restOf: rest, target: .gemini)
        return OutboundRequest(
            path: GeminiAddress.path(model: target.model, host: host, verb: verb), body: json.bytes, losses: losses)
    }

    private static func name(of model: String) -> String { model.utf8.contains(47) ? model : "models/\(model)" }

    private static func content(
        _ index: Int, _ request: EmbeddingRequest, _ purpose: JSONString?, _ json: inout JSONWriter
    ) {
        json.member(
            "content",
            object: { json in
                json.member(
                    "parts",
                    array: { json in
                        for part in request.parts[index] ?? [request.texts[index]] {
                            json.object { $0.member("text", part) }
                        }
                    })
            })
        json.member("taskType", purpose)
        json.member("title", request.titles[index])
        json.member("outputDimensionality", request.dimensions)
    }

    private static func predictions(
        _ request: EmbeddingRequest, _ purpose: JSONString?, _ json: inout JSONWriter
    ) {
        json.member(
            "instances",
            array: { json in
                for (index, text) in request.texts.enumerated() {
                    json.object { json in
                        json.member("content", text)
                        json.member("task_type", purpose)
                        json.member("title", request.titles[index])
                    }
                }
            })
        json.member(
            "parameters",
            object: { json in
                json.member("outputDimensionality", request.dimensions)
                // What is too long is refused, as OpenAI does it, and not cut.
                json.member("autoTruncate", false)
            })
    }

    private static func purpose(
        _ name: JSONString?, _ model: GeminiEmbeddingModel, _ losses: inout Losses
    ) -> JSONString? {
        guard let name else { return nil }
        guard model.takesPurpose else {
            losses.add("input_type", .dropped, "The target is told the purpose in the text itself.")
            return nil
        }
        switch EmbeddingPurpose(name) {
        case .query: return "RETRIEVAL_QUERY"
        case .document: return "RETRIEVAL_DOCUMENT"
        case .classification: return "CLASSIFICATION"
        case .clustering: return "CLUSTERING"
        // There are more, and the provider knows them better.
        case .other: return JSONString(name.decoded.uppercased())
        }
    }

    package static func readAnswer(_ body: [UInt8], count: Int?) throws(JSONError) -> EmbeddingAnswer {
        try JSONTree.read(body, most: JSONTree.maximumAnswerValues) { (root) throws(JSONError) in
            var answer = EmbeddingAnswer()
            if let one = root["embedding"] {
                answer.vectors = [try EmbeddingAnswer.vector(one["values"], in: root)]
            } else if let many = root["embeddings"], many.kind == .array {
                for one in many.elements {
                    answer.vectors.append(try EmbeddingAnswer.vector(one["values"], in: root))
                }
            } else if let predictions = root["predictions"], predictions.kind == .array {
                for one in predictions.elements {
                    answer.vectors.append(try EmbeddingAnswer.vector(one["embeddings"]?["values"], in: root))
                }
                answer.usage = usage(predictions)
            } else {
                throw JSONError(root.offset, "there are no embeddings")
            }
            if let counts = root["usageMetadata"] {
                answer.usage = UsageReport(GeminiUsageReader(), counts, model: nil)
            }
            return answer
        }
    }

    /// Each prediction counts its own tokens; one that does not leaves the sum unknown.
    private static func usage(_ predictions: JSONValue) -> UsageReport? {
        var sum = 0
        for one in predictions.elements {
            guard let count = one["embeddings"]?["statistics"]?["token_count"]?.integer,
                (0...1_000_000_000).contains(count)
            else { return nil }
            sum += count
        }
        return UsageReport(usage: Usage(input: sum), isReadable: true)
    }
}

/// What a model of Google's that embeds can do, by its name: `gemini-embedding-001`, `gemini-embedding-2`,
/// `text-embedding-005`.
///
/// Sources: https://cloud.google.com/vertex-ai/generative-ai/docs/embeddings/get-text-embeddings,
/// https://ai.google.dev/gemini-api/docs/embeddings (read 2026-11).
struct GeminiEmbeddingModel: Hashable {
    private let isGemini: Bool
    private let generation: Int

    init(_ name: String) {
        let parts = name.split(whereSeparator: { "-/@".contains($0) })
        let start = parts.lastIndex { $0 == "embedding" }
        isGemini = start.map { $0 > 0 && parts[$0 - 1] == "gemini" } ?? false
        generation = start.flatMap { $0 + 1 < parts.count ? Int(parts[$0 + 1]) : nil } ?? 1
    }

    private var isSecond: Bool { isGemini && generation >= 2 }
    /// Vertex: whether it answers as models did before Gemini.
    var isPredicted: Bool { !isSecond }
    /// Vertex: whether a request may have one text only.
    var embedsOneByOne: Bool { isGemini }
    var takesPurpose: Bool { !isSecond }
}
