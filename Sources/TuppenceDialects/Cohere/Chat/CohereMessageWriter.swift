/// Writes the messages of a conversation.
struct CohereMessageWriter {
    private(set) var documents = CohereDocuments()
    private(set) var losses: Losses

    init(losses: Losses) { self.losses = losses }

    mutating func write(_ message: ChatMessage, _ index: Int, into json: inout JSONWriter) {
        let place = "messages[\(index)].content"
        switch message.role {
        case .system, .developer: plain("system", message.content, place, &json)
        case .user: plain("user", message.content, place, &json)
        case .assistant: assistant(message.content, place, &json)
        case .tool:
            for case .toolResult(let result) in message.content { self.result(result, place, &json) }
            let said = message.saidBehindResults
            if !said.isEmpty { plain("user", said, place, &json) }
        }
        if message.name != nil {
            losses.add("messages[\(index)].name", .dropped, "The target does not tell users apart by name.")
        }
        losses.add(message.extras, in: "messages[\(index)].", target: CohereChat.dialect)
    }

    private mutating func plain(
        _ role: StaticString, _ blocks: [Block], _ place: String, _ json: inout JSONWriter
    ) {
        let blocks = blocks.filter { isSayable($0, place) }
        json.object { json in
            json.member("role", literal: role)
            content(blocks, &json)
        }
    }

    /// Text before calls is the plan that led to them.
    private mutating func assistant(_ blocks: [Block], _ place: String, _ json: inout JSONWriter) {
        let blocks = blocks.filter { isSayable($0, place) }
        let calls = blocks.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
        var content = blocks.filter { !$0.isToolCall }
        var plan: JSONString = ""
        if !calls.isEmpty {
            let texts = content.compactMap { if case .text(let text) = $0 { text.text } else { nil } }
            plan = texts.joined()
            content.removeAll { if case .text = $0 { true } else { false } }
        }
        // The target allows no message that says nothing; such a one is not missed.
        guard !content.isEmpty || !calls.isEmpty else { return }
        json.object { json in
            json.member("role", literal: "assistant")
            if !content.isEmpty { self.content(content, &json) }
            if !plan.isEmpty { json.member("tool_plan", plan) }
            guard !calls.isEmpty else { return }
            json.member("tool_calls", array: { json in for call in calls { self.call(call, &json) } })
        }
    }

    private func call(_ call: ToolCall, _ json: inout JSONWriter) {
        json.object { json in
            json.member("id", call.id)
            json.member("type", literal: "function")
            json.member(
                "function",
                object: { json in
                    json.member("name", call.name)
                    json.member("arguments", JSONString(utf8: call.arguments.object.bytes))
                })
        }
    }

    private mutating func result(_ result: ToolResult, _ place: String, _ json: inout JSONWriter) {
        var texts: [JSONString] = []
        for block in result.content {
            switch block {
            case .text(let text):
                texts.append(text.text)
                lose(text, place)
            case .media(let media):
                if let text = media.plainText {
                    texts.append(text)
                } else {
                    losses.add(place, .refused, "The target takes text only as the result of a tool.")
                }
            default: losses.add(place, .refused, "The target takes text only as the result of a tool.")
            }
        }
        json.object { json in
            json.member("role", literal: "tool")
            json.member("tool_call_id", result.callID)
            if texts.count < 2 {
                json.member("content", texts.first ?? "")
            } else {
                json.member(
                    "content",
                    array: { json in
                        for text in texts {
                            json.object { json in
                                json.member("type", literal: "text")
                                json.member("text", text)
                            }
                        }
                    })
            }
        }
        if result.isError == true {
            losses.add(place + ".is_error", .dropped, "The target knows of a tool's failure by its words only.")
        }
        if result.cache != nil { losses.addMark(at: place) }
        losses.add(result.extras, in: place + ".", target: CohereChat.dialect)
    }

    // MARK: Content

    private mutating func isSayable(_ block: Block, _ place: String) -> Bool {
        switch block {
        case .text(let text):
            lose(text, place)
            return !text.text.isEmpty
        case .refusal, .toolCall: return true
        case .toolResult: return false
        case .thinking(let thinking):
            // Its thoughts are not signed; what it did not think itself is not put into its mouth.
            if thinking.format == .cohere, thinking.text?.isEmpty == false { return true }
            losses.add(place + ".thinking", .dropped, "Thoughts of other models are not sent to the target.")
            return false
        case .native(let native):
            losses.add(native, in: place)
            return false
        case .media(let media): return isSayable(media, place)
        }
    }

    private mutating func isSayable(_ media: Media, _ place: String) -> Bool {
        losses.add(media.extras, in: place + ".", target: CohereChat.dialect)
        if media.cache != nil { losses.addMark(at: place) }
        switch (media.kind, media.source) {
        case (_, .file):
            losses.add(place, .refused, "A file that was uploaded to one provider is not known to another.")
        case (.image, .url), (.image, .base64): return true
        case (.document, .text(_, let text)):
            documents.add(title: media.title, text)
            return false
        default: losses.add(place, .refused, "The target takes no \(media.kind.rawValue) in this form.")
        }
        return false
    }

    private mutating func lose(_ text: TextBlock, _ place: String) {
        if text.cache != nil { losses.addMark(at: place) }
        if !text.citations.isEmpty {
            losses.add(place + ".annotations", .dropped, "The target takes back no citations.")
        }
        losses.add(text.extras, in: place + ".", target: CohereChat.dialect)
    }

    /// A string where that says it all.
    private func content(_ blocks: [Block], _ json: inout JSONWriter) {
        json.name("content")
        if blocks.isEmpty { return json.value(literal: "") }
        if blocks.count == 1, case .text(let text) = blocks[0] { return json.value(text.text) }
        json.array { json in
            for block in blocks { json.object { part(block, &$0) } }
        }
    }

    private func part(_ block: Block, _ json: inout JSONWriter) {
        switch block {
        case .text(let text):
            json.member("type", literal: "text")
            json.member("text", text.text)
        case .refusal(let text):
            json.member("type", literal: "text")
            json.member("text", text)
        case .thinking(let thinking):
            json.member("type", literal: "thinking")
            json.member("thinking", thinking.text)
        case .media(let media):
            json.member("type", literal: "image_url")
            json.member(
                "image_url",
                object: { json in
                    json.member("url", media.source.address(fallbackType: "image/png"))
                    json.member("detail", media.detail)
                })
        case .toolCall, .toolResult, .native: break
        }
    }
}
