import TuppenceDialects

/// A whole answer that was read in its provider's dialect.
enum TranslatedAnswer {
    case chat(ChatAnswer)
    case embeddings(EmbeddingAnswer)

    var usage: UsageReport? {
        switch self {
        case .chat(let answer): answer.usage
        case .embeddings(let answer): answer.usage
        }
    }

    /// Bytes of all that the model wrote.
    var contentBytes: Int {
        guard case .chat(let answer) = self else { return 0 }
        return answer.choices.reduce(0) { sum, choice in choice.content.reduce(sum) { $0 + $1.contentBytes } }
    }
}

extension Block {
    fileprivate var contentBytes: Int {
        switch self {
        case .text(let text): text.text.escaped.count
        case .thinking(let thinking): thinking.text?.escaped.count ?? 0
        case .toolCall(let call): call.name.escaped.count + call.arguments.string.escaped.count
        case .refusal(let text): text.escaped.count
        case .native(let native): native.json.bytes.count
        case .media, .toolResult: 0
        }
    }
}
