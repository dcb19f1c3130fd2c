import TuppenceCore

/// Writes a whole answer.
enum GeminiAnswerWriter {
    static func write(_ answer: ChatAnswer, in style: AnswerStyle) -> [UInt8] {
        var json = JSONWriter(reserving: 1_024)
        let isOwn = answer.origin == GeminiChat.dialect
        json.object { json in
            json.member(
                "candidates",
                array: { json in
                    for choice in answer.choices { self.choice(choice, isOwn: isOwn, &json) }
                })
            json.name("usageMetadata")
            GeminiUsageWriter.write(answer.usage?.usage ?? Usage(), more: style.usageMembers, into: &json)
            json.member("modelVersion", style.model ?? answer.model ?? "")
            json.member("responseId", answer.id ?? style.id)
            if isOwn { answer.extras.write(into: &json) }
        }
        return json.bytes
    }

    private static func choice(_ choice: ChatAnswer.Choice, isOwn: Bool, _ json: inout JSONWriter) {
        json.object { json in
            json.member(
                "content",
                object: { json in
                    json.member(
                        "parts", array: { json in GeminiPartWriter(isOwn: isOwn).write(choice.content, into: &json) })
                    json.member("role", literal: "model")
                })
            if let finish = choice.finish {
                let refuses = choice.content.contains(where: \.isRefusal)
                json.member("finishReason", GeminiFinish.name(finish, refuses: refuses, isOwn: isOwn))
            }
            json.member("index", choice.index)
            json.member("logprobsResult", choice.logprobs.flatMap { GeminiLogprobs.written($0) })
            if isOwn { choice.extras.write(into: &json) } else { citations(choice.content, &json) }
        }
    }

    /// Those that name no stretch are of the text that they stand at.
    private static func citations(_ blocks: [Block], _ json: inout JSONWriter) {
        var citations: [Citation] = []
        var text = TextOffsets()
        for case .text(let block) in blocks {
            let start = text.characters
            text.add(block.text)
            for var citation in block.citations {
                citation.range = citation.range ?? start..<text.characters
                citations.append(citation)
            }
        }
        guard !citations.isEmpty else { return }
        json.member("groundingMetadata", object: { GeminiCitations.write(citations, text, into: &$0) })
    }
}
