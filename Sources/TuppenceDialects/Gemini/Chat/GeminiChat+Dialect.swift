import TuppenceCore

extension GeminiChat: OutboundDialect {
    /// Streams are always asked for as events.
    package static var framing: StreamFraming { .events }

    package static func write(_ request: ChatRequest, to target: OutboundTarget) -> OutboundRequest {
        write(request, to: target, host: target.host == .vertex ? .vertex : .aiStudio)
    }

    package static func write(_ request: ChatRequest, to target: OutboundTarget, host: Host) -> OutboundRequest {
        GeminiRequestWriter.write(request, to: target, host: host)
    }

    package static func readAnswer(_ body: [UInt8]) throws(JSONError) -> ChatAnswer {
        try GeminiAnswerReader.read(body)
    }

    package static func streamReader() -> any ChatStreamReader { GeminiStreamReader() }

    package static func readError(status: Int, body: [UInt8], type: String?) -> ProviderError {
        GeminiErrors.read(status: status, body: body)
    }
}

extension GeminiChat: InboundDialect {
    package static func readRequest(
        _ body: [UInt8], known: JSONRecording?, address: RequestAddress
    ) throws(Refusal) -> ChatRequest {
        try GeminiRequestReader.read(body, known: known, address: address)
    }

    package static func write(_ answer: ChatAnswer, in style: AnswerStyle) -> [UInt8] {
        GeminiAnswerWriter.write(answer, in: style)
    }

    package static func streamWriter(_ style: AnswerStyle) -> any ChatStreamWriter { GeminiStreamWriter(style) }

    package static func write(_ error: ProviderError, in style: AnswerStyle) -> [UInt8] {
        var json = JSONWriter()
        GeminiErrors.write(error, in: style, into: &json)
        return json.bytes
    }
}
