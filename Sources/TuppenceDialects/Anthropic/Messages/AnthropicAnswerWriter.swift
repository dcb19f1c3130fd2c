import TuppenceCore

/// Writes a whole answer: the first choice, since the dialect has one.
enum AnthropicAnswerWriter {
    static func write(_ answer: ChatAnswer, in style: AnswerStyle) -> [UInt8] {
        var json = JSONWriter(reserving: 1_024)
        let isOwn = answer.origin == AnthropicMessages.dialect
        let choice = answer.choices.first ?? ChatAnswer.Choice(index: 0)
        json.object { json in
            json.member("id", answer.id ?? style.id)
            json.member("type", literal: "message")
            json.member("role", literal: "assistant")
            json.member("model", style.model ?? answer.model ?? "")
            json.member(
                "content",
                array: { json in
                    for block in choice.content { self.block(block, origin: answer.origin, &json) }
                })
            json.name("stop_reason")
            if let finish = isOwn ? choice.finish : choice.finishByContent {
                json.value(literal: AnthropicFinish.name(finish, refuses: choice.content.contains(where: \.isRefusal)))
            } else {
                json.null()
            }
            json.name("stop_sequence")
            if let sequence = choice.finish?.stopSequence { json.value(sequence) } else { json.null() }
            json.name("usage")
            AnthropicUsageWriter.write(answer.usage?.usage ?? Usage(), more: style.usageMembers, into: &json)
            if isOwn { answer.extras.write(into: &json) }
        }
        return json.bytes
    }

    private static func block(_ block: Block, origin: Dialect, _ json: inout JSONWriter) {
        switch block {
        case .native(let native): if origin == AnthropicMessages.dialect { json.value(native.json) }
        case .text(let text) where origin != AnthropicMessages.dialect:
            json.object { json in
                json.member("type", literal: "text")
                json.member("text", text.text)
                let citations = text.citations.filter { AnthropicCitations.canWrite($0, origin: origin) }
                guard !citations.isEmpty else { return }
                json.member(
                    "citations",
                    array: { json in
                        for citation in citations {
                            AnthropicCitations.write(citation, origin: origin, into: &json)
                        }
                    })
            }
        case .media(let media):
            json.object { json in
                json.member("type", literal: "text")
                json.member("text", media.leftOut)
            }
        case .toolResult: return  // No answer of the dialect has them.
        case .text, .toolCall, .thinking, .refusal:
            json.object { json in
                AnthropicBlockWriter.members(block, origin: origin, &json)
                if origin == AnthropicMessages.dialect { block.extras.write(into: &json) }
            }
        }
    }
}

extension Block {
    var isRefusal: Bool { if case .refusal = self { true } else { false } }

    var extras: Extras {
        switch self {
        case .text(let block): block.extras
        case .media(let block): block.extras
        case .toolCall(let block): block.extras
        case .toolResult(let block): block.extras
        case .thinking(let block): block.extras
        case .refusal, .native: Extras()
        }
    }
}
