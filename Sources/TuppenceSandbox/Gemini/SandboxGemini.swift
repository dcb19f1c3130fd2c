/// `POST /v1beta/models/M:generateContent` and `:streamGenerateContent`, in Gemini's dialect.
struct SandboxGemini: SandboxForeignChat {
    static let wording = SandboxRefusal.Wording.gemini

    let chat: SandboxChat
    let framing: SandboxFraming?

    /// - Parameter request: with the model and, for a stream, its form as they stand in the address.
    init(_ request: SandboxJSON) throws(SandboxRefusal) {
        switch request["stream"]?.string {
        case "sse": framing = .googleEvents
        case "array": framing = .array
        default: framing = nil
        }
        chat = try SandboxChat(SandboxGeminiRequest.chat(request))
    }

    func format(_ reply: SandboxReply) -> SandboxGeminiFormat { SandboxGeminiFormat(reply: reply) }
}

/// `POST /v1beta/models/M:countTokens`, which costs nothing.
struct SandboxGeminiTokenCount: SandboxEndpoint {
    static let kind = SandboxModel.Kind.chat
    static let wording = SandboxRefusal.Wording.gemini

    private let chat: SandboxChat

    init(_ request: SandboxJSON) throws(SandboxRefusal) {
        chat = try SandboxChat(SandboxGeminiRequest.chat(request.camel("generateContentRequest") ?? request))
    }

    func steps(_ model: SandboxModel, faults: SandboxFaults, stamp: SandboxStamp) -> [SandboxStep] {
        let count = chat.generation(model, faults: faults).charge.promptTokens
        return SandboxStep.document((["totalTokens": .int(count)] as SandboxJSON).bytes)
    }
}
