/// `POST /v2/chat`, in Cohere's dialect.
struct SandboxCohere: SandboxForeignChat {
    static let wording = SandboxRefusal.Wording.cohere
    /// What is cached costs as much as all else.
    static let knowsCache = false

    let chat: SandboxChat
    let framing: SandboxFraming?

    init(_ request: SandboxJSON) throws(SandboxRefusal) {
        framing = try request.flag("stream") ? .events : nil
        chat = try SandboxChat(Self.chat(request))
    }

    func format(_ reply: SandboxReply) -> SandboxCohereFormat { SandboxCohereFormat(reply: reply) }

    /// Messages and tools are spelled as OpenAI spells them.
    private static func chat(_ request: SandboxJSON) throws(SandboxRefusal) -> SandboxJSON {
        SandboxJSON.present([
            "messages": request["messages"],
            "max_tokens": request["max_tokens"],
            "stop": request["stop_sequences"],
            "tools": request["tools"],
            "tool_choice": try choice(request["tool_choice"]),
            "response_format": form(request["response_format"]),
        ])
    }

    private static func choice(_ value: SandboxJSON?) throws(SandboxRefusal) -> SandboxJSON? {
        guard let value else { return nil }
        switch value.string {
        case "REQUIRED": return SandboxJSON.string("required")
        case "NONE": return SandboxJSON.string("none")
        default: throw .invalid("invalid tool_choice: must be one of REQUIRED, NONE", param: "tool_choice")
        }
    }

    private static func form(_ format: SandboxJSON?) -> SandboxJSON? {
        guard let schema = format?["json_schema"] else { return format }
        let inner: SandboxJSON = ["schema": schema]
        return SandboxJSON.present(["type": SandboxJSON.string("json_schema"), "json_schema": inner])
    }
}
