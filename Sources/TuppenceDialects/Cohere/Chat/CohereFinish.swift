/// `finish_reason` (https://docs.cohere.com/reference/chat#response.body.finish_reason, read 2026-11).
enum CohereFinish {
    static func finish(_ name: JSONString?) -> Finish? {
        guard let name else { return nil }
        switch name {
        case "COMPLETE": return Finish(.stop)
        case "STOP_SEQUENCE": return Finish(.stopSequence)
        case "MAX_TOKENS": return Finish(.length)
        case "TOOL_CALL": return Finish(.toolCalls)
        case "ERROR", "TIMEOUT", "ERROR_LIMIT": return Finish(.failure, native: name)
        case "ERROR_TOXIC": return Finish(.contentFilter, native: name)
        default: return Finish(.other, native: name)
        }
    }
}
