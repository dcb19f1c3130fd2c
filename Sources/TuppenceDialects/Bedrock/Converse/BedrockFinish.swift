/// `stopReason`.
enum BedrockFinish {
    static func finish(_ reason: JSONString?, fields: JSONValue?) -> Finish? {
        guard let reason else { return nil }
        switch reason {
        case "end_turn": return Finish(.stop)
        case "stop_sequence": return Finish(.stopSequence, stopSequence: fields?["stop_sequence"]?.string)
        case "max_tokens": return Finish(.length)
        case "model_context_window_exceeded": return Finish(.contextFull)
        case "tool_use": return Finish(.toolCalls)
        case "guardrail_intervened", "content_filtered": return Finish(.contentFilter, native: reason)
        case "malformed_model_output", "malformed_tool_use": return Finish(.failure, native: reason)
        default: return Finish(.other, native: reason)
        }
    }
}
