import TuppenceCore

/// Writes a whole answer.
struct OpenAIChatAnswerWriter {
    private let answer: ChatAnswer
    private let style: AnswerStyle
    private var isOwn: Bool { answer.origin == OpenAIChat.dialect }

    static func write(_ answer: ChatAnswer, in style: AnswerStyle) -> [UInt8] {
        var json = JSONWriter(reserving: 1_024)
        json.object { OpenAIChatAnswerWriter(answer: answer, style: style).members(&$0) }
        return json.bytes
    }

    private func members(_ json: inout JSONWriter) {
        json.member("id", answer.id ?? style.id)
        json.member("object", literal: "chat.completion")
        json.member("created", answer.created ?? style.created)
        json.member("model", style.model ?? answer.model ?? "")
        json.member("choices", array: { json in for choice in answer.choices { self.choice(choice, &json) } })
        if let usage = answer.usage {
            json.name("usage")
            OpenAIChatUsage.write(usage.usage, more: style.usageMembers, into: &json)
        }
        json.member("service_tier", isOwn ? answer.serviceTier : nil)
        json.member("system_fingerprint", answer.systemFingerprint)
        if isOwn { answer.extras.write(into: &json) }
    }

    private func choice(_ choice: ChatAnswer.Choice, _ json: inout JSONWriter) {
        json.object { json in
            json.member("index", choice.index)
            json.name("message")
            message(choice, &json)
            json.name("logprobs")
            if let logprobs = choice.logprobs { json.value(logprobs) } else { json.null() }
            json.name("finish_reason")
            if let finish = isOwn ? choice.finish : choice.finishByContent {
                let hasCalls = style.usesFunctions && choice.content.contains { $0.isToolCall }
                json.value(literal: OpenAIChatFinish.name(finish, usesFunctions: hasCalls))
            } else {
                json.null()
            }
            if isOwn { choice.extras.write(into: &json) }
        }
    }

    private func message(_ choice: ChatAnswer.Choice, _ json: inout JSONWriter) {
        var text: JSONString?
        var refusal: JSONString?
        var thoughts: [Thinking] = []
        var calls: [ToolCall] = []
        var images: [JSONString] = []
        for block in choice.content {
            switch block {
            case .text(let block): text = text.map { $0 + block.text } ?? block.text
            case .media(let media):
                if let address = OpenAIChatImages.address(media) {
                    images.append(address)
                } else if !(isOwn && choice.messageExtras.contains("audio")) {
                    text = text.map { $0 + media.leftOut } ?? media.leftOut
                }
            case .refusal(let words): refusal = refusal.map { $0 + words } ?? words
            case .thinking(let thinking): thoughts.append(thinking)
            case .toolCall(let call): calls.append(call)
            case .toolResult, .native: break
            }
        }
        json.object { json in
            json.member("role", literal: "assistant")
            nullable("content", text, &json)
            nullable("refusal", refusal, &json)
            if !choice.messageExtras.hasReasoning { OpenAIChatReasoning.write(thoughts, into: &json) }
            toolCalls(calls, &json)
            if !images.isEmpty { OpenAIChatImages.write(images, into: &json) }
            annotations(choice.content, &json)
            if isOwn { choice.messageExtras.write(into: &json) }
        }
    }

    private func nullable(_ name: StaticString, _ text: JSONString?, _ json: inout JSONWriter) {
        json.name(name)
        if let text { json.value(text) } else { json.null() }
    }

    private func toolCalls(_ calls: [ToolCall], _ json: inout JSONWriter) {
        guard let first = calls.first else { return }
        if style.usesFunctions {
            return json.member(
                "function_call",
                object: { json in
                    json.member("name", first.name)
                    json.member("arguments", first.arguments.string)
                })
        }
        json.member(
            "tool_calls",
            array: { json in
                for call in calls {
                    json.object { json in
                        OpenAIChatToolCalls.members(call, &json)
                        if isOwn { call.extras.write(into: &json) }
                    }
                }
            })
    }

    private func annotations(_ blocks: [Block], _ json: inout JSONWriter) {
        guard blocks.contains(where: { if case .text(let text) = $0 { !text.citations.isEmpty } else { false } }) else {
            return
        }
        json.member(
            "annotations",
            array: { json in
                var position = 0
                for case .text(let text) in blocks {
                    let start = position
                    position += text.text.characterCount
                    for citation in text.citations {
                        if isOwn, let native = citation.native {
                            json.value(native)
                        } else {
                            OpenAIChatAnnotations.write(citation, range: start..<position, into: &json)
                        }
                    }
                }
            })
    }
}

extension JSONString {
    /// How many Unicode scalars it is, which is how clients' languages count characters.
    var characterCount: Int { isEscaped ? decoded.unicodeScalars.count : escaped.count { $0 & 0xC0 != 0x80 } }
}

extension Block {
    var isToolCall: Bool { if case .toolCall = self { true } else { false } }
}
