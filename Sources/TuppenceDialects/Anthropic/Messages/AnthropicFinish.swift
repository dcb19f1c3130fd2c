/// `stop_reason`.
enum AnthropicFinish {
    static func finish(_ reason: JSONString?, stopSequence: JSONString?) -> Finish? {
        guard let reason else { return nil }
        switch reason {
        case "end_turn": return Finish(.stop)
        case "stop_sequence": return Finish(.stopSequence, stopSequence: stopSequence)
        case "max_tokens": return Finish(.length)
        case "model_context_window_exceeded": return Finish(.contextFull)
        case "tool_use": return Finish(.toolCalls)
        case "refusal": return Finish(.refusal)
        case "pause_turn": return Finish(.pause)
        default: return Finish(.other, native: reason)
        }
    }

    /// What an answer, or the end of a stream, says of why the model declined.
    static func explanation(_ value: JSONValue) -> JSONString? {
        guard value["stop_reason"]?.equals("refusal") == true,
            let words = value["stop_details"]?["explanation"]?.string, !words.isEmpty
        else { return nil }
        return words
    }

    static func name(_ finish: Finish, refuses: Bool) -> StaticString {
        switch finish.reason {
        case .stop, .other, .failure: refuses ? "refusal" : "end_turn"
        case .stopSequence: "stop_sequence"
        case .length: "max_tokens"
        case .contextFull: "model_context_window_exceeded"
        case .toolCalls: "tool_use"
        case .contentFilter, .refusal: "refusal"
        case .pause: "pause_turn"
        }
    }
}
