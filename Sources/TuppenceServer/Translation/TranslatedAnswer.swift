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

    /// The searches of which it tells.
    var searches: Int {
        guard case .chat(let answer) = self else { return 0 }
        return answer.searches
    }

    /// That it has more parts than an answer may have; nil where it has not. Of embeddings there are as many as were asked for.
    var excess: JSONError? {
        guard case .chat(let answer) = self else { return nil }
        return answer.excess
    }

    /// What its provider's model ended with in place of an answer; nil where one of several is none the less.
    var failure: Finish? {
        guard case .chat(let answer) = self, let first = answer.choices.first?.finish,
            answer.choices.allSatisfy({ $0.finish?.reason == .failure })
        else { return nil }
        return first
    }

    /// Names the model where its provider does not, calls where neither they nor the answer have ids, and tools as the
    /// caller does.
    func named(_ model: String, id: JSONString, _ toolNames: ShortToolNames) -> TranslatedAnswer {
        guard case .chat(var answer) = self else { return self }
        if answer.model?.isEmpty ?? true { answer.model = JSONString(model) }
        answer.identifyCalls(as: id)
        answer.renameTools(toolNames)
        return .chat(answer)
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
        // As long as it likes.
        case .media: 1
        case .toolResult: 0
        }
    }
}
