import TuppenceCore

/// Errors in the words of each provider, as bodies and in the midst of streams; the same sources as ``ProviderRequests`` has.
enum ProviderFaults {
    static let slowDown = "Slow down, please."
    static let tooLong = "The prompt is too long: 9 tokens are more than 8."

    /// That there were too many requests just now.
    static func rateLimit(_ provider: MatrixProvider) -> (status: Int, body: String) {
        switch provider {
        case .chat, .responses:
            (429, #"{"error":{"message":"\#(slowDown)","type":"requests","param":null,"code":"rate_limit_exceeded"}}"#)
        case .anthropic:
            (
                429,
                #"{"type":"error","error":{"type":"rate_limit_error","message":"\#(slowDown)"},"request_id":"req_1"}"#
            )
        case .gemini: (429, #"{"error":{"code":429,"message":"\#(slowDown)","status":"RESOURCE_EXHAUSTED"}}"#)
        case .bedrock: (429, #"{"message":"\#(slowDown)"}"#)
        case .cohere: (429, #"{"id":"e1","message":"\#(slowDown)"}"#)
        case .mistral:
            (429, #"{"object":"error","message":"\#(slowDown)","type":"rate_limited","param":null,"code":"1300"}"#)
        }
    }

    /// That the model's context is too short for the request.
    static func contextTooLong(_ provider: MatrixProvider) -> (status: Int, body: String) {
        switch provider {
        case .chat, .responses:
            (
                400,
                #"{"error":{"message":"\#(tooLong)","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#
            )
        case .anthropic: (400, #"{"type":"error","error":{"type":"invalid_request_error","message":"\#(tooLong)"}}"#)
        case .gemini: (400, #"{"error":{"code":400,"message":"\#(tooLong)","status":"INVALID_ARGUMENT"}}"#)
        case .bedrock: (400, #"{"message":"\#(tooLong)"}"#)
        case .cohere: (400, #"{"id":"e1","message":"\#(tooLong)","error_type":"TOO_MANY_TOKENS"}"#)
        case .mistral:
            (
                400,
                #"{"object":"error","message":"\#(tooLong)","type":"invalid_request_prompt","param":null,"code":"3051"}"#
            )
        }
    }

    /// What the stream of an answer is where the provider fails after its first words.
    static func brokenStream(_ provider: MatrixProvider) -> [UInt8] {
        let messages = ProviderAnswers.messages(Said(.error), provider)
        let words = messages.firstIndex { string($0).contains("\"Par\"") } ?? 0
        return messages[...words].flatMap { $0 } + failure(provider)
    }

    private static func failure(_ provider: MatrixProvider) -> [UInt8] {
        let words = #""message":"\#(slowDown)""#
        let event: String
        switch provider {
        case .chat: event = #"data: {"error":{\#(words),"type":"server_error","code":"rate_limit_exceeded"}}"#
        case .mistral: event = #"data: {"object":"error",\#(words),"type":"rate_limited","code":"1300"}"#
        case .responses:
            event = """
                event: error
                data: {"type":"error","code":"rate_limit_exceeded",\(words),"param":null,"sequence_number":9}
                """
        case .anthropic:
            event = """
                event: error
                data: {"type":"error","error":{"type":"rate_limit_error",\(words)}}
                """
        case .gemini: event = #"data: {"error":{"code":429,\#(words),"status":"RESOURCE_EXHAUSTED"}}"#
        case .cohere:
            // It has no word for the kind.
            event = """
                event: message-end
                data: {"type":"message-end","delta":{"finish_reason":"ERROR","error":"\(slowDown)"}}
                """
        case .bedrock:
            return BedrockStreamTests.frame(
                [
                    (":exception-type", "throttlingException"), (":content-type", "application/json"),
                    (":message-type", "exception"),
                ], "{\(words)}")
        }
        return Array((event + "\n\n").utf8)
    }
}
