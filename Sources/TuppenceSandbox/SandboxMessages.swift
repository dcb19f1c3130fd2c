/// `POST /v1/messages`, in Anthropic's dialect: the same chat, in other words.
struct SandboxMessages: SandboxEndpoint {
    static let kind = SandboxModel.Kind.chat

    private let chat: SandboxChat
    private let streams: Bool

    init(_ request: SandboxJSON) throws(SandboxRefusal) {
        guard try request.positiveInteger("max_tokens") != nil else { throw .missing("max_tokens") }
        streams = try request.flag("stream")
        chat = try SandboxChat(SandboxMessagesRequest.chat(request))
    }

    func steps(_ model: SandboxModel, faults: SandboxFaults, stamp: SandboxStamp) -> [SandboxStep] {
        let output = chat.generation(model, faults: faults)
        let wording = SandboxMessagesFormat(stamp: stamp, model: model, output: output, omitsUsage: faults.omitsUsage)
        let delivery = SandboxDelivery(charge: output.charge, faults: faults)
        if streams { return delivery.stream(wording.events, failure: .failure(in: Self.wording)) }
        return delivery.document(wording.document, completionTokens: output.completionTokens)
    }

    static let wording = SandboxRefusal.Wording.anthropic
}

/// `POST /v1/messages/count_tokens`, which costs nothing.
struct SandboxTokenCount: SandboxEndpoint {
    static let kind = SandboxModel.Kind.chat
    static let wording = SandboxRefusal.Wording.anthropic

    private let chat: SandboxChat

    init(_ request: SandboxJSON) throws(SandboxRefusal) {
        chat = try SandboxChat(SandboxMessagesRequest.chat(request))
    }

    func steps(_ model: SandboxModel, faults: SandboxFaults, stamp: SandboxStamp) -> [SandboxStep] {
        let count = chat.generation(model, faults: faults).charge.promptTokens
        return SandboxStep.document((["input_tokens": .int(count)] as SandboxJSON).bytes)
    }
}
