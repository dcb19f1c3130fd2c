/// `finishReason`: a word, or its number for callers who asked for enumerations as integers.
///
/// Source: https://ai.google.dev/api/generate-content#FinishReason,
/// https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/GenerateContentResponse#FinishReason (read 2026-11).
enum GeminiFinish {
    private static let numbered: [JSONString] = [
        "FINISH_REASON_UNSPECIFIED", "STOP", "MAX_TOKENS", "SAFETY", "RECITATION", "OTHER", "BLOCKLIST",
        "PROHIBITED_CONTENT", "SPII", "MALFORMED_FUNCTION_CALL", "MODEL_ARMOR",
    ]

    static func finish(_ value: JSONValue?) -> Finish? {
        guard let value else { return nil }
        if let number = value.integer {
            guard numbered.indices.contains(number) else { return Finish(.other, native: JSONString(String(number))) }
            return finish(numbered[number])
        }
        return value.string.flatMap { $0.isEmpty ? nil : finish($0) }
    }

    private static func finish(_ name: JSONString) -> Finish {
        switch name {
        case "STOP": Finish(.stop)
        case "MAX_TOKENS": Finish(.length)
        case "SAFETY": Finish(.contentFilter)
        case "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "MODEL_ARMOR", "IMAGE_SAFETY",
            "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION":
            Finish(.contentFilter, native: name)
        case "OTHER", "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "NO_IMAGE",
            "IMAGE_OTHER",
            "MISSING_THOUGHT_SIGNATURE", "MALFORMED_RESPONSE":
            Finish(.failure, native: name)
        default: Finish(.other, native: name)
        }
    }

    /// - Parameter isOwn: whether `finish` was read here, so that its native word is one of the dialect's.
    static func name(_ finish: Finish, refuses: Bool, isOwn: Bool) -> JSONString {
        if isOwn, let native = finish.native { return native }
        switch finish.reason {
        case .stop, .stopSequence, .toolCalls, .pause: return refuses ? "SAFETY" : "STOP"
        case .length, .contextFull: return "MAX_TOKENS"
        case .contentFilter, .refusal: return "SAFETY"
        case .failure, .other: return "OTHER"
        }
    }
}
