import TuppenceCore

extension BedrockConverse: OutboundDialect {
    package static var framing: StreamFraming { .frames }

    package static func write(_ request: ChatRequest, to target: OutboundTarget) -> OutboundRequest {
        BedrockRequestWriter.write(request, to: target)
    }

    package static func readAnswer(_ body: [UInt8]) throws(JSONError) -> ChatAnswer {
        try BedrockAnswerReader.read(body)
    }

    package static func streamReader() -> any ChatStreamReader { BedrockStreamReader() }

    package static var errorTypeField: StaticString? { "x-amzn-errortype" }

    package static func readError(status: Int, body: [UInt8], type: String?) -> ProviderError {
        BedrockErrors.error(status: status, body: body, type: type)
    }
}
