import Foundation

/// `POST /v1/embeddings`.
struct SandboxEmbeddings: SandboxEndpoint {
    static let kind = SandboxModel.Kind.embedding

    private let inputs: [SandboxInput]
    private let dimensions: Int
    private let inBase64: Bool

    init(_ request: SandboxJSON) throws(SandboxRefusal) {
        inputs = try SandboxInput.decode("input", of: request)
        guard inputs.allSatisfy({ $0.tokenCount > 0 }) else {
            throw .invalid("Invalid 'input': input cannot be an empty string.", param: "input")
        }
        dimensions =
            try request.positiveInteger("dimensions", atMost: SandboxVector.mostDimensions)
            ?? SandboxVector.usualDimensions
        switch request["encoding_format"]?.string {
        case nil where request["encoding_format"] == nil, "float": inBase64 = false
        case "base64": inBase64 = true
        default: throw .invalid("Invalid value for 'encoding_format'.", param: "encoding_format", code: "invalid_value")
        }
    }

    func steps(_ model: SandboxModel, faults: SandboxFaults, stamp: SandboxStamp) -> [SandboxStep] {
        let tokens = inputs.reduce(0) { $0 + $1.tokenCount }
        let charge = SandboxCharge(model: model, promptTokens: tokens)
        return SandboxDelivery(charge: charge, faults: faults).document(
            document(model, tokens: faults.omitsUsage ? nil : tokens), completionTokens: 0)
    }

    private func document(_ model: SandboxModel, tokens: Int?) -> SandboxJSON {
        let data = inputs.enumerated().map { index, input -> SandboxJSON in
            ["object": "embedding", "index": .int(index), "embedding": encoded(input)]
        }
        var members: [SandboxJSON.Member] = [
            .init(name: "object", value: "list"),
            .init(name: "data", value: .array(data)),
            .init(name: "model", value: .string(model.id)),
        ]
        if let tokens {
            members.append(.init(name: "usage", value: ["prompt_tokens": .int(tokens), "total_tokens": .int(tokens)]))
        }
        return .object(members)
    }

    private func encoded(_ input: SandboxInput) -> SandboxJSON {
        guard inBase64 else { return SandboxVector.json(input, dimensions) }
        let vector = SandboxVector.embed(input, dimensions)
        var bytes = Data(capacity: vector.count * 4)
        for component in vector {
            withUnsafeBytes(of: component.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return .string(bytes.base64EncodedString())
    }
}
