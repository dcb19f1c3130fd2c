/// Reasoning items: thoughts as a summary or in full, and the cipher by which the provider takes them back.
enum ResponsesReasoning {
    static func thinking(_ item: JSONValue) -> Thinking {
        var thinking = Thinking(format: .responses)
        var texts: [JSONString] = []
        for member in item.members where !member.value.isNull {
            switch member.name {
            case "type": break
            case "id": thinking.id = member.value.string
            case "summary", "content":
                texts += member.value.elements.compactMap { $0["text"]?.string }
                thinking.extras.keep(member, isUnderstood: true)
            case "encrypted_content": break
            case "status", "format": thinking.extras.keep(member, isUnderstood: true)
            default: thinking.extras.keep(member)
            }
        }
        thinking.text = joined(texts)
        thinking.isSummary = thinking.text != nil && item["summary"]?.isEmpty == false
        if let secret = item["encrypted_content"]?.string, !secret.isEmpty {
            ThinkingSeal.read(secret, into: &thinking, isCipher: true)
            // What another provider's thoughts look like here is no summary of theirs, and the id is one of ours.
            if thinking.format != .responses { thinking.isSummary = false }
        }
        return thinking
    }

    static let separator: JSONString = "\n\n"

    private static func joined(_ texts: [JSONString]) -> JSONString? {
        guard let first = texts.first else { return nil }
        return texts.dropFirst().reduce(first) { $0 + separator + $1 }
    }

    /// The members of an item. Text is told as a summary, which is where clients look for it.
    static func members(_ thinking: Thinking, id: JSONString?, isOwn: Bool, into json: inout JSONWriter) {
        json.member("type", literal: "reasoning")
        json.member("id", id)
        if !isOwn || !thinking.extras.contains("summary") {
            json.member(
                "summary",
                array: { json in
                    guard let text = thinking.text, !text.isEmpty else { return }
                    json.object { json in
                        json.member("type", literal: "summary_text")
                        json.member("text", text)
                    }
                })
        }
        json.member("encrypted_content", OpenAIResponses.seal(thinking))
        if isOwn { thinking.extras.write(into: &json) }
    }
}
