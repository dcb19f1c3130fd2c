import TuppenceCore

/// Writes a whole answer as a completion: what it says, and nothing of what it has thought.
enum OpenAICompletionsAnswerWriter {
    static func write(_ answer: ChatAnswer, in style: AnswerStyle) -> [UInt8] {
        JSONWriter.object(reserving: 1_024) { json in
            json.member("id", answer.id ?? style.id)
            json.member("object", literal: "text_completion")
            json.member("created", answer.created ?? style.created)
            json.member("model", style.model ?? answer.model ?? "")
            json.member("choices", array: { json in for choice in answer.choices { write(choice, &json) } })
            if let usage = answer.usage {
                json.name("usage")
                OpenAIChatUsage.write(usage.usage, more: style.usageMembers, into: &json)
            }
            json.member("system_fingerprint", answer.systemFingerprint)
        }
    }

    private static func write(_ choice: ChatAnswer.Choice, _ json: inout JSONWriter) {
        json.object { json in
            json.member("text", choice.text)
            json.member("index", choice.index)
            json.name("logprobs")
            json.null()
            json.name("finish_reason")
            if let finish = choice.finish {
                json.value(literal: OpenAICompletions.name(finish))
            } else {
                json.null()
            }
        }
    }
}

extension ChatAnswer.Choice {
    /// All that it says. That the model will not is said in words, too.
    fileprivate var text: JSONString {
        var text: JSONString?
        for block in content {
            let piece: JSONString
            switch block {
            case .text(let block): piece = block.text
            case .refusal(let words): piece = words
            case .media(let media): piece = media.leftOut
            case .thinking, .toolCall, .toolResult, .native: continue
            }
            text = text.map { $0 + piece } ?? piece
        }
        return text ?? ""
    }
}
