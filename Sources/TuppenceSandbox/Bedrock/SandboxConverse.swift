/// `POST /model/M/converse` and `/converse-stream`, in the dialect of Amazon Bedrock.
struct SandboxConverse: SandboxForeignChat {
    static let wording = SandboxRefusal.Wording.bedrock

    let chat: SandboxChat
    let framing: SandboxFraming?

    /// - Parameter request: with the model, and whether the answer is streamed, as they stand in the address.
    init(_ request: SandboxJSON) throws(SandboxRefusal) {
        framing = try request.flag("stream") ? .frames : nil
        chat = try SandboxChat(SandboxConverseRequest.chat(request))
    }

    func format(_ reply: SandboxReply) -> SandboxConverseFormat { SandboxConverseFormat(reply: reply) }
}
