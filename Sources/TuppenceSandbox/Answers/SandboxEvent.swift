/// One message of a stream.
struct SandboxEvent: Hashable, Sendable {
    /// What kind of message it is, where that is not said within.
    let name: String?
    let data: [UInt8]
    let outputTokens: Int
    /// Whether it says that the answer failed, which AWS's framing tells apart.
    let isException: Bool

    init(_ json: SandboxJSON, outputTokens: Int = 0) { self.init(json.bytes, outputTokens: outputTokens) }

    init(_ data: [UInt8], outputTokens: Int = 0) {
        name = nil
        self.data = data
        self.outputTokens = outputTokens
        isException = false
    }

    init(named name: String, _ json: SandboxJSON, outputTokens: Int = 0, isException: Bool = false) {
        self.name = name
        data = json.bytes
        self.outputTokens = outputTokens
        self.isException = isException
    }

    static let done = SandboxEvent(Array("[DONE]".utf8))
}

extension SandboxEvent {
    /// An error in the middle of a stream.
    ///
    /// - Parameter count: how many events came before, for dialects that number them.
    static func failure(in wording: SandboxRefusal.Wording, after count: Int = 0) -> SandboxEvent {
        var refusal = SandboxRefusal.onRequest(status: 500)
        refusal.message = "The server had an error in the middle of the stream. (The sandbox was asked for it.)"
        let json = refusal.json(in: wording)
        switch wording {
        case .openAI, .gemini: return SandboxEvent(json)
        case .anthropic: return SandboxEvent(named: "error", json)
        case .responses:
            return SandboxEvent(
                named: "error",
                [
                    "type": "error", "code": .string(refusal.type), "message": .string(refusal.message), "param": .null,
                    "sequence_number": .int(count),
                ])
        case .cohere:
            return SandboxEvent(
                named: "message-end",
                ["type": "message-end", "delta": ["finish_reason": "ERROR", "error": .string(refusal.message)]])
        case .bedrock: return SandboxEvent(named: "internalServerException", json, isException: true)
        }
    }
}
