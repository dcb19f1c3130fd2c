import TuppenceCore

/// Mistral's chats: OpenAI's with other ids, thoughts among the content, and no patience for fields that it does not know.
///
/// Source: https://docs.mistral.ai/api/endpoint/chat (read 2026-11).
package enum MistralChat {
    package static let dialect = Dialect.mistral
}

extension MistralChat: OutboundDialect {
    package static var framing: StreamFraming { .events }

    package static func write(_ request: ChatRequest, to target: OutboundTarget) -> OutboundRequest {
        let (adapted, losses) = MistralRequest.adapted(request, to: target)
        var target = target
        target.acceptsStreamOptions = false
        target.outputLimitField = .maxTokens
        var outbound = OpenAIChatRequestWriter.write(adapted, to: target)
        outbound.losses = losses
        return outbound
    }

    package static func readAnswer(_ body: [UInt8]) throws(JSONError) -> ChatAnswer {
        var answer = try OpenAIChatAnswerReader.read(body)
        answer.origin = dialect
        return answer
    }

    package static func streamReader() -> any ChatStreamReader { MistralStreamReader() }

    package static func readError(status: Int, body: [UInt8], type: String?) -> ProviderError {
        ProviderError(status: status, body: body)
    }
}

/// Chunks are OpenAI's.
struct MistralStreamReader: ChatStreamReader {
    private var chunks = OpenAIChatStreamReader()

    mutating func read(_ message: StreamMessage, into events: inout [StreamEvent]) {
        let first = events.count
        chunks.read(message, into: &events)
        for index in events.indices[first...] {
            guard case .start(var start) = events[index] else { continue }
            start.origin = MistralChat.dialect
            events[index] = .start(start)
        }
    }

    mutating func finish(into events: inout [StreamEvent]) { chunks.finish(into: &events) }

    mutating func takeHeldBytes() -> Int { chunks.takeHeldBytes() }

    var keptParts: Int { chunks.keptParts }
}
