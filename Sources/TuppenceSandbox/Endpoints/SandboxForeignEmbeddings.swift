/// `POST /v1beta/models/M:embedContent` and `:batchEmbedContents`, in Gemini's dialect.
struct SandboxGeminiEmbeddings: SandboxEndpoint {
    static let kind = SandboxModel.Kind.embedding
    static let wording = SandboxRefusal.Wording.gemini

    private struct Text {
        let input: SandboxInput
        let dimensions: Int
    }

    private let texts: [Text]
    private let isBatch: Bool

    init(_ request: SandboxJSON) throws(SandboxRefusal) {
        let requests = request["requests"]
        isBatch = requests != nil
        let elements = requests?.array ?? [request]
        guard !elements.isEmpty else { throw .invalid("at least one request is required", param: "requests") }
        var texts: [Text] = []
        for element in elements { texts.append(try Self.text(element)) }
        self.texts = texts
    }

    private static func text(_ request: SandboxJSON) throws(SandboxRefusal) -> Text {
        let parts = SandboxGeminiRequest.listed(request["content"]?["parts"])
        let words = parts.compactMap { $0["text"]?.string }.joined(separator: " ")
        guard !words.isEmpty else { throw .invalid("content contains an empty Part.", param: "content") }
        let dimensions = try request.positiveInteger(
            request.spelling("outputDimensionality"), atMost: SandboxVector.mostDimensions)
        return Text(input: .text(words), dimensions: dimensions ?? SandboxVector.usualDimensions)
    }

    func steps(_ model: SandboxModel, faults: SandboxFaults, stamp: SandboxStamp) -> [SandboxStep] {
        let tokens = texts.reduce(0) { $0 + $1.input.tokenCount }
        let vectors = texts.map { text -> SandboxJSON in
            ["values": SandboxVector.json(text.input, text.dimensions)]
        }
        let counts: SandboxJSON = ["promptTokenCount": .int(tokens), "totalTokenCount": .int(tokens)]
        let document = SandboxJSON.present([
            "embedding": isBatch ? nil : vectors[0],
            "embeddings": isBatch ? SandboxJSON.array(vectors) : nil,
            "usageMetadata": faults.omitsUsage ? nil : counts,
        ])
        let charge = SandboxCharge(model: model, promptTokens: tokens)
        return SandboxDelivery(charge: charge, faults: faults).document(document, completionTokens: 0)
    }
}

/// `POST /v2/embed`, in Cohere's dialect.
struct SandboxCohereEmbeddings: SandboxEndpoint {
    static let kind = SandboxModel.Kind.embedding
    static let wording = SandboxRefusal.Wording.cohere

    private let texts: [String]
    private let dimensions: Int

    init(_ request: SandboxJSON) throws(SandboxRefusal) {
        texts = try request.strings("texts")
        guard !texts.isEmpty, texts.allSatisfy({ !$0.isEmpty }) else {
            throw .invalid("texts must be a list of texts, none of them empty", param: "texts")
        }
        guard request["input_type"]?.string != nil else { throw .missing("input_type") }
        guard try request.strings("embedding_types").allSatisfy({ $0 == "float" }) else {
            throw .invalid("embedding_types: the sandbox has float alone", param: "embedding_types")
        }
        dimensions =
            try request.positiveInteger("output_dimension", atMost: SandboxVector.mostDimensions)
            ?? SandboxVector.usualDimensions
    }

    func steps(_ model: SandboxModel, faults: SandboxFaults, stamp: SandboxStamp) -> [SandboxStep] {
        let inputs = texts.map { SandboxInput.text($0) }
        let tokens = inputs.reduce(0) { $0 + $1.tokenCount }
        let vectors = inputs.map { SandboxVector.json($0, dimensions) }
        let meta: SandboxJSON = [
            "api_version": ["version": "2"], "billed_units": ["input_tokens": .int(tokens)],
        ]
        let document = SandboxJSON.present([
            "id": stamp.id("embed"),
            "embeddings": .object([.init(name: "float", value: .array(vectors))]),
            "texts": .array(texts.map { SandboxJSON.string($0) }),
            "meta": faults.omitsUsage ? nil : meta,
            "response_type": SandboxJSON.string("embeddings_by_type"),
        ])
        let charge = SandboxCharge(model: model, promptTokens: tokens)
        return SandboxDelivery(charge: charge, faults: faults).document(document, completionTokens: 0)
    }
}
