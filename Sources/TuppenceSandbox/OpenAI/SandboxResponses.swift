/// `POST /v1/responses`, the second dialect of OpenAI's. Nothing is stored: there is no answer to go on from.
struct SandboxResponses: SandboxForeignChat {
    static let wording = SandboxRefusal.Wording.responses

    let chat: SandboxChat
    let framing: SandboxFraming?
    private let echo: SandboxResponsesEcho

    init(_ request: SandboxJSON) throws(SandboxRefusal) {
        if let id = request["previous_response_id"]?.string {
            throw .invalid(
                "Previous response with id '\(id)' not found.", param: "previous_response_id",
                code: "previous_response_not_found")
        }
        framing = try request.flag("stream") ? .events : nil
        chat = try SandboxChat(SandboxResponsesRequest.chat(request))
        echo = SandboxResponsesEcho(request)
    }

    func format(_ reply: SandboxReply) -> SandboxResponsesFormat { SandboxResponsesFormat(reply: reply, echo: echo) }
}

/// `POST /v1/responses/input_tokens`, which costs nothing.
struct SandboxInputTokens: SandboxEndpoint {
    static let kind = SandboxModel.Kind.chat
    static let wording = SandboxRefusal.Wording.responses

    private let responses: SandboxResponses

    init(_ request: SandboxJSON) throws(SandboxRefusal) { responses = try SandboxResponses(request) }

    func steps(_ model: SandboxModel, faults: SandboxFaults, stamp: SandboxStamp) -> [SandboxStep] {
        let count = responses.chat.generation(model, faults: faults).charge.promptTokens
        let answer: SandboxJSON = ["object": "response.input_tokens", "input_tokens": .int(count)]
        return SandboxStep.document(answer.bytes)
    }
}

/// What an answer repeats of the request.
struct SandboxResponsesEcho: Hashable, Sendable {
    let members: [SandboxJSON.Member]

    init(_ request: SandboxJSON) {
        let defaults: [(name: String, value: SandboxJSON)] = [
            ("instructions", .null), ("max_output_tokens", .null), ("metadata", [:]), ("parallel_tool_calls", true),
            ("text", ["format": ["type": "text"]]), ("tool_choice", "auto"), ("tools", []),
        ]
        members = defaults.map { SandboxJSON.Member(name: $0.name, value: request[$0.name] ?? $0.value) }
    }
}
