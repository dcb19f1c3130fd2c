/// `finish_reason`.
enum OpenAIChatFinish {
    /// - Returns: nil where the answer goes on: null, or empty as Snowflake writes it.
    static func finish(_ value: JSONValue?) -> Finish? {
        guard let name = value?.string, !name.isEmpty else { return nil }
        switch name {
        // The second is TGI's, the third Together's, the fourth of hosts of Claude.
        case "stop", "eos_token", "eos", "end_turn": return Finish(.stop, native: name.equals("stop") ? nil : name)
        case "stop_sequence": return Finish(.stopSequence, native: name)
        case "length", "max_tokens": return Finish(.length, native: name.equals("length") ? nil : name)
        // Mistral's and Z.ai's.
        case "model_length", "model_context_window_exceeded": return Finish(.contextFull, native: name)
        case "tool_calls": return Finish(.toolCalls)
        case "tool_call", "function_call", "tool_use": return Finish(.toolCalls, native: name)
        case "content_filter": return Finish(.contentFilter)
        // Z.ai's.
        case "sensitive": return Finish(.contentFilter, native: name)
        // OpenRouter's and Mistral's; DeepSeek's, whose answer is cut off; that of vLLM and SGLang; Z.ai's.
        case "error", "insufficient_system_resource", "abort", "network_error": return Finish(.failure, native: name)
        default: return Finish(.other, native: name)
        }
    }

    static func name(_ finish: Finish, usesFunctions: Bool = false) -> StaticString {
        switch finish.reason {
        case .stop, .stopSequence, .pause, .other: "stop"
        case .length, .contextFull: "length"
        case .toolCalls: usesFunctions ? "function_call" : "tool_calls"
        case .contentFilter, .refusal: "content_filter"
        case .failure: "stop"
        }
    }
}
