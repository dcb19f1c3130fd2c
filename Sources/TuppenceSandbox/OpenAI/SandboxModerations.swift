/// `POST /v1/moderations`: what mentions violence is flagged.
struct SandboxModerations: SandboxEndpoint {
    static let kind = SandboxModel.Kind.moderation

    private static let categories = [
        "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "self-harm",
        "self-harm/instructions", "self-harm/intent", "sexual", "sexual/minors", "violence", "violence/graphic",
    ]

    private let inputs: [String]

    init(_ request: SandboxJSON) throws(SandboxRefusal) { inputs = try request.strings("input") }

    func steps(_ model: SandboxModel, faults: SandboxFaults, stamp: SandboxStamp) -> [SandboxStep] {
        let document: SandboxJSON = [
            "id": stamp.id("modr-"), "model": .string(model.id), "results": .array(inputs.map(Self.result)),
        ]
        let charge = SandboxCharge(model: model, promptTokens: inputs.reduce(0) { $0 + SandboxTokens.count($1) })
        return SandboxDelivery(charge: charge, faults: faults).document(document, completionTokens: 0)
    }

    private static func result(_ text: String) -> SandboxJSON {
        let isFlagged = text.lowercased().contains("violence")
        func members(_ value: (Bool) -> SandboxJSON) -> SandboxJSON {
            .object(categories.map { .init(name: $0, value: value(isFlagged && $0 == "violence")) })
        }
        return [
            "flagged": .bool(isFlagged), "categories": members { .bool($0) },
            "category_scores": members { .number($0 ? "0.9" : "0.0001") },
            "category_applied_input_types": members { _ in .array(["text"]) },
        ]
    }
}
