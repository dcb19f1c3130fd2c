import TuppenceCore

extension AnthropicMessages: OutboundDialect {
    package static var framing: StreamFraming { .events }

    package static func write(_ request: ChatRequest, to target: OutboundTarget) -> OutboundRequest {
        write(request, to: target, host: target.host == .vertex ? .vertex : .anthropic)
    }

    /// For hosts that have the model in the path: theirs to say, as the headers are.
    package static func write(
        _ request: ChatRequest, to target: OutboundTarget, host: Host
    ) -> OutboundRequest {
        AnthropicRequestWriter.write(request, to: target, host: host)
    }

    package static func readAnswer(_ body: [UInt8]) throws(JSONError) -> ChatAnswer {
        try AnthropicAnswerReader.read(body)
    }

    package static func streamReader() -> any ChatStreamReader { AnthropicStreamReader() }

    package static func readError(status: Int, body: [UInt8], type: String?) -> ProviderError {
        ProviderError(status: status, body: body)
    }
}

extension AnthropicMessages: InboundDialect {
    package static func readRequest(
        _ body: [UInt8], known: JSONRecording?, address: RequestAddress
    ) throws(Refusal) -> ChatRequest {
        try AnthropicRequestReader.read(body, known: known, address: address)
    }

    package static func write(_ answer: ChatAnswer, in style: AnswerStyle) -> [UInt8] {
        AnthropicAnswerWriter.write(answer, in: style)
    }

    package static func streamWriter(_ style: AnswerStyle) -> any ChatStreamWriter { AnthropicStreamWriter(style) }

    package static func write(_ error: ProviderError, in style: AnswerStyle) -> [UInt8] {
        var json = JSONWriter()
        AnthropicErrors.write(error, in: style, into: &json)
        return json.bytes
    }
}
