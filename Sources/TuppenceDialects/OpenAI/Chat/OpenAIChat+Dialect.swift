import TuppenceCore

extension OpenAIChat: OutboundDialect {
    package static var framing: StreamFraming { .events }

    package static func write(_ request: ChatRequest, to target: OutboundTarget) -> OutboundRequest {
        OpenAIChatRequestWriter.write(request, to: target)
    }

    package static func readAnswer(_ body: [UInt8]) throws(JSONError) -> ChatAnswer {
        try OpenAIChatAnswerReader.read(body)
    }

    package static func streamReader() -> any ChatStreamReader { OpenAIChatStreamReader() }

    package static func readError(status: Int, body: [UInt8], type: String?) -> ProviderError {
        ProviderError(status: status, body: body)
    }
}

extension OpenAIChat: InboundDialect {
    package static func readRequest(
        _ body: [UInt8], known: JSONRecording?, address: RequestAddress
    ) throws(Refusal) -> ChatRequest {
        try OpenAIChatRequestReader.read(body, known: known)
    }

    package static func write(_ answer: ChatAnswer, in style: AnswerStyle) -> [UInt8] {
        OpenAIChatAnswerWriter.write(answer, in: style)
    }

    package static func streamWriter(_ style: AnswerStyle) -> any ChatStreamWriter { OpenAIChatStreamWriter(style) }

    package static func write(_ error: ProviderError, in style: AnswerStyle) -> [UInt8] {
        var json = JSONWriter()
        OpenAIChatErrors.write(error, in: style, into: &json)
        return json.bytes
    }
}
