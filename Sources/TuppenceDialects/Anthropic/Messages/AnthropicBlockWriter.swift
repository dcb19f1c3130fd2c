/// Writes blocks, in requests and answers alike.
enum AnthropicBlockWriter {
    static func members(_ block: Block, origin: Dialect, _ json: inout JSONWriter) {
        switch block {
        case .text(let text):
            json.member("type", literal: "text")
            json.member("text", text.text)
            if origin == AnthropicMessages.dialect, !text.citations.isEmpty {
                json.member(
                    "citations",
                    array: { json in
                        for citation in text.citations {
                            AnthropicCitations.write(citation, origin: origin, into: &json)
                        }
                    })
            }
            text.cache?.write(into: &json)
        case .refusal(let text):
            json.member("type", literal: "text")
            json.member("text", text)
        case .toolCall(let call):
            json.member("type", literal: "tool_use")
            json.member("id", origin == AnthropicMessages.dialect ? call.id : identifier(call.id))
            json.member("name", call.name)
            json.member("input", call.arguments.object)
            call.cache?.write(into: &json)
        case .thinking(let thinking): self.thinking(thinking, &json)
        case .media(let media):
            AnthropicMedia.members(media, isOwn: origin == AnthropicMessages.dialect, &json)
            media.cache?.write(into: &json)
        case .toolResult, .native: return  // They are no members of a block.
        }
    }

    private static func thinking(_ thinking: Thinking, _ json: inout JSONWriter) {
        let string = AnthropicMessages.seal(thinking)
        if thinking.text == nil, thinking.encrypted != nil {
            json.member("type", literal: "redacted_thinking")
            json.member("data", string)
        } else {
            json.member("type", literal: "thinking")
            json.member("thinking", thinking.text ?? "")
            json.member("signature", string)
        }
    }

    /// Anthropic's ids are of letters, digits, `_` and `-`; those of other dialects are made so, in calls and results alike.
    static func identifier(_ id: JSONString) -> JSONString {
        func isFit(_ byte: UInt8) -> Bool {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "-"): true
            default: false
            }
        }
        if !id.isEmpty, id.escaped.allSatisfy(isFit) { return id }
        let fit = id.utf8.map { isFit($0) ? $0 : UInt8(ascii: "_") }
        return fit.isEmpty ? "call" : JSONString(escaped: fit[...], isEscaped: false)
    }
}
