extension ToolResult {
    /// The same with the last mark of its parts as its own: Anthropic and Bedrock take none within a result.
    var markedAsWhole: ToolResult {
        guard content.contains(where: { $0.mark != nil }) else { return self }
        var result = self
        for index in content.indices {
            result.cache = content[index].mark ?? result.cache
            result.content[index].mark = nil
        }
        return result
    }

    /// Its parts, with its own mark at the last that takes one.
    var marked: [Block] {
        guard let cache, let last = content.indices.last else { return content }
        var parts = content
        parts[last].mark = parts[last].mark ?? cache
        return parts
    }
}

extension Block {
    /// The mark of a text that says something, or of media; others take none.
    var mark: CacheMark? {
        get {
            switch self {
            case .text(let text): text.cache
            case .media(let media): media.cache
            case .refusal, .thinking, .toolCall, .toolResult, .native: nil
            }
        }
        set {
            switch self {
            case .text(var text):
                text.cache = text.text.isEmpty ? nil : newValue
                self = .text(text)
            case .media(var media):
                media.cache = newValue
                self = .media(media)
            case .refusal, .thinking, .toolCall, .toolResult, .native: return
            }
        }
    }
}
