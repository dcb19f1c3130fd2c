/// Cohere's chat, version 2, which providers only are spoken to in.
///
/// Source: https://docs.cohere.com/reference/chat (read 2026-11).
package enum CohereChat {
    package static let dialect = Dialect.cohere
}

extension CohereChat: OutboundDialect {
    package static var framing: StreamFraming { .events }

    /// The path is behind `https://api.cohere.com/v2`.
    package static func write(_ request: ChatRequest, to target: OutboundTarget) -> OutboundRequest {
        CohereRequestWriter.write(request, to: target)
    }

    package static func readAnswer(_ body: [UInt8]) throws(JSONError) -> ChatAnswer {
        try CohereAnswerReader.read(body)
    }

    package static func streamReader() -> any ChatStreamReader { CohereStreamReader() }

    package static func readError(status: Int, body: [UInt8], type: String?) -> ProviderError {
        ProviderError(status: status, body: body)
    }
}
