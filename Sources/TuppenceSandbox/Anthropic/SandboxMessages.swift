/// `POST /v1/messages`, in Anthropic's dialect: the same chat, in other words.
struct SandboxMessages: SandboxForeignChat {
    static let wording = SandboxRefusal.Wording.anthropic

    let chat: SandboxChat
    let framing: SandboxFraming?

    init(_ request: SandboxJSON) throws(SandboxRefusal) {
        guard try request.positiveInteger("max_tokens") != nil else { throw .missing("max_tokens") }
        framing = try request.flag("stream") ? .events : nil
        chat = try SandboxChat(SandboxMessagesRequest.chat(request))
    }

    func format(_ reply: SandboxReply) -> SandboxMessagesFormat { SandboxMessagesFormat(reply: reply) }
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
