/// One way of asking a model for something: a request decoded, and what is done about it.
protocol SandboxEndpoint: Sendable {
    /// The kind of model that answers here.
    static var kind: SandboxModel.Kind { get }
    /// The dialect in which it says what is wrong.
    static var wording: SandboxRefusal.Wording { get }

    /// - Throws: what a client would be told is wrong with `request`.
    init(_ request: SandboxJSON) throws(SandboxRefusal)

    func steps(_ model: SandboxModel, faults: SandboxFaults, stamp: SandboxStamp) -> [SandboxStep]
}

extension SandboxEndpoint {
    static var wording: SandboxRefusal.Wording { .openAI }
}

/// An endpoint that writes text, whole or as a stream.
protocol SandboxWriter: SandboxEndpoint {
    associatedtype Format: SandboxFormat

    func format(_ model: SandboxModel, stamp: SandboxStamp) -> Format
    func generation(_ model: SandboxModel, faults: SandboxFaults) -> SandboxGeneration
}

extension SandboxWriter {
    static var kind: SandboxModel.Kind { .chat }

    func steps(_ model: SandboxModel, faults: SandboxFaults, stamp: SandboxStamp) -> [SandboxStep] {
        let output = generation(model, faults: faults)
        let wording = format(model, stamp: stamp)
        let delivery = SandboxDelivery(charge: output.charge, faults: faults)
        if output.settings.streams { return delivery.stream(wording.events(output, faults: faults)) }
        return delivery.document(wording.document(output, faults: faults), completionTokens: output.completionTokens)
    }
}
