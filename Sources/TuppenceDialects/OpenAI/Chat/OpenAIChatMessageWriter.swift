/// Writes the messages of a conversation.
struct OpenAIChatMessageWriter {
    private let isOwn: Bool
    /// Whether `cache_control` is written.
    let keepsMarks: Bool
    /// What the target takes of other dialects' callers.
    let accepts: ChatExtensions
    private(set) var losses: Losses

    init(origin: Dialect, keepsMarks: Bool, accepts: ChatExtensions, losses: Losses) {
        isOwn = origin == OpenAIChat.dialect
        self.keepsMarks = keepsMarks
        self.accepts = accepts
        self.losses = losses
    }

    mutating func write(_ message: ChatMessage, _ index: Int, into json: inout JSONWriter) {
        switch message.role {
        case .tool: results(message, index, &json)
        case .assistant where message.plainText == nil: assistant(message, index, &json)
        case .assistant, .system, .developer, .user: plain(message, index, &json)
        }
    }

    /// All instructions as one message, which is to stand before the conversation.
    mutating func writeInstructions(of messages: [ChatMessage], into json: inout JSONWriter) {
        let leading = messages.prefix { $0.role.isInstruction }.count
        var blocks: [Block] = []
        for (index, message) in messages.enumerated() where message.role.isInstruction {
            if index >= leading {
                losses.add(
                    "messages[\(index)]", .adjusted, "The target takes instructions only before the conversation.")
            }
            losses.add(message.extras, in: "messages[\(index)].", target: OpenAIChat.dialect)
            blocks += message.content
        }
        plain(ChatMessage(.system, Self.joined(blocks, by: "\n\n")), 0, &json)
    }

    private func role(_ role: ChatMessage.Role) -> StaticString {
        switch role {
        case .system: "system"
        case .developer: isOwn || accepts.contains(.developer) ? "developer" : "system"
        case .user: "user"
        case .assistant: "assistant"
        case .tool: "tool"
        }
    }

    private mutating func end(_ message: ChatMessage, _ index: Int, _ json: inout JSONWriter) {
        json.member("name", message.name)
        if isOwn {
            message.extras.write(into: &json)
        } else {
            losses.add(message.extras, in: "messages[\(index)].", target: OpenAIChat.dialect)
        }
    }

    private mutating func plain(_ message: ChatMessage, _ index: Int, _ json: inout JSONWriter) {
        json.object { json in
            json.member("role", literal: role(message.role))
            if let text = message.plainText {
                json.member("content", text)
            } else {
                content(message.content, "messages[\(index)].content", &json)
            }
            end(message, index, &json)
        }
    }

    // MARK: Assistants

    private mutating func assistant(_ message: ChatMessage, _ index: Int, _ json: inout JSONWriter) {
        var parts: [Block] = []
        var thoughts: [Thinking] = []
        var calls: [ToolCall] = []
        var hasLost = false
        for block in message.content {
            switch block {
            case .thinking(let thinking) where !(isOwn && thinking.format == .mistral): thoughts.append(thinking)
            case .toolCall(let call): calls.append(call)
            case .refusal(let text):
                if !isOwn, parts.isEmpty { parts.append(.text(text)) } else { parts.append(block) }
            case .native(let native) where !isOwn:
                losses.add(native, in: "messages[\(index)].content")
                hasLost = true
            default: parts.append(block)
            }
        }
        if !isOwn, !thoughts.isEmpty, !OpenAIChatReasoning.canWrite(thoughts, as: accepts) {
            losses.add(
                "messages[\(index)].content.thinking", .dropped, "The target does not take back what was thought.")
            thoughts = []
            hasLost = true
        }
        // Nothing may be left of it, and many hosts take no message without content.
        if hasLost, parts.isEmpty, calls.isEmpty, thoughts.isEmpty {
            return losses.add(message.extras, in: "messages[\(index)].", target: OpenAIChat.dialect)
        }
        json.object { json in
            json.member("role", literal: "assistant")
            let refusals = parts.compactMap { if case .refusal(let text) = $0 { text } else { nil } }
            let others = parts.filter { if case .refusal = $0 { false } else { true } }
            if refusals.count == 1, others.isEmpty, isOwn {
                json.member("refusal", refusals[0])
            } else if others.isEmpty && refusals.isEmpty {
                json.name("content")
                if calls.isEmpty { json.value(literal: "") } else { json.null() }
            } else {
                content(isOwn ? parts : Self.joined(parts), "messages[\(index)].content", &json)
            }
            if !isOwn {
                OpenAIChatReasoning.write(thoughts, as: accepts, into: &json)
            } else if !message.extras.hasReasoning {
                // Else spelled out among the extras, as the caller did.
                OpenAIChatReasoning.write(thoughts, into: &json)
            }
            toolCalls(calls, index, &json)
            end(message, index, &json)
        }
    }

    /// Texts that follow each other as one: others break an answer into more of them than this dialect's models expect.
    private static func joined(_ blocks: [Block], by separator: JSONString = "") -> [Block] {
        var result: [Block] = []
        var index = 0
        while index < blocks.count {
            let block = blocks[index]
            index += 1
            guard case .text(var text) = block else {
                result.append(block)
                continue
            }
            var texts = [text.text]
            while text.cache == nil, index < blocks.count, case .text(let next) = blocks[index] {
                texts.append(next.text)
                text.cache = next.cache
                index += 1
            }
            text.text = texts.joined(by: separator)
            result.append(.text(text))
        }
        return result
    }

    private mutating func toolCalls(_ calls: [ToolCall], _ index: Int, _ json: inout JSONWriter) {
        guard !calls.isEmpty else { return }
        json.member(
            "tool_calls",
            array: { json in
                for given in calls {
                    var call = given
                    if !isOwn { call.id = OpenAIChatToolCalls.fit(call.id) }
                    json.object { json in
                        OpenAIChatToolCalls.members(call, &json)
                        if isOwn { call.extras.write(into: &json) }
                    }
                    guard !isOwn else { continue }
                    losses.add(call.extras, in: "messages[\(index)].", target: OpenAIChat.dialect)
                    if call.cache != nil {
                        losses.add("messages[\(index)].cache_control", .dropped, "The target takes no mark at a call.")
                    }
                }
            })
    }

    // MARK: Results

    /// A message each. Media have no place there: they follow in a message of the user's.
    private mutating func results(_ message: ChatMessage, _ index: Int, _ json: inout JSONWriter) {
        var media: [Block] = []
        for block in message.content {
            guard case .toolResult(let result) = block else { continue }
            // OpenRouter makes the mark of a part one of the result again, and does not answer to one beside `tool_call_id`:
            // https://github.com/NousResearch/hermes-agent/pull/58129, …/pull/2391 (read 2026-11).
            var content = keepsMarks ? result.marked : result.content
            if result.cache != nil, content.last?.mark == nil || !keepsMarks {
                losses.addMark(at: "messages[\(index)]")
            }
            if !isOwn {
                media += content.filter(\.isBinary)
                content.removeAll(where: \.isBinary)
            }
            json.object { json in
                json.member("role", literal: "tool")
                json.member("tool_call_id", isOwn ? result.callID : OpenAIChatToolCalls.fit(result.callID))
                self.content(isOwn ? content : Self.joined(content), "messages[\(index)].content", &json)
                json.member("name", isOwn ? result.name : nil)
                if isOwn {
                    result.extras.write(into: &json)
                } else {
                    losses.add(result.extras, in: "messages[\(index)].", target: OpenAIChat.dialect)
                }
            }
            if result.isError == true {
                losses.add(
                    "messages[\(index)].is_error", .dropped, "The target knows of a tool's failure by its words only.")
            }
        }
        if !media.isEmpty {
            losses.add(
                "messages[\(index)].content", .adjusted,
                "The target takes no images as results of tools: they follow in a message of the user's.")
        }
        let said = isOwn ? media : media + message.saidBehindResults
        guard !said.isEmpty else { return }
        json.object { json in
            json.member("role", literal: "user")
            self.content(said, "messages[\(index)].content", &json)
        }
    }

    // MARK: Content

    private mutating func content(_ blocks: [Block], _ place: @autoclosure () -> String, _ json: inout JSONWriter) {
        json.name("content")
        if blocks.isEmpty { return json.value(literal: "") }
        if blocks.count == 1, case .text(let text) = blocks[0], isPlain(text) {
            if text.cache != nil, !keepsMarks { losses.addMark(at: place()) }
            return json.value(text.text)
        }
        json.array { json in
            for block in blocks { part(block, place(), &json) }
        }
    }

    /// Whether a text says no more than a string does.
    private func isPlain(_ text: TextBlock) -> Bool {
        (text.cache == nil || !keepsMarks) && (text.extras.isEmpty || !isOwn)
    }

    private mutating func part(_ block: Block, _ place: @autoclosure () -> String, _ json: inout JSONWriter) {
        switch block {
        case .text(let text):
            json.object { json in
                json.member("type", literal: "text")
                json.member("text", text.text)
                end(text.cache, text.extras, place(), &json)
            }
        case .media(let media): self.media(media, place(), &json)
        case .refusal(let text):
            json.object { json in
                json.member("type", literal: "refusal")
                json.member("refusal", text)
            }
        case .thinking(let thinking):
            json.object { json in
                json.member("type", literal: "thinking")
                json.member(
                    "thinking",
                    array: { json in
                        json.object { json in
                            json.member("type", literal: "text")
                            json.member("text", thinking.text ?? "")
                        }
                    })
                if isOwn { thinking.extras.write(into: &json) }
            }
        case .native(let native):
            if isOwn { return json.value(native.json) }
            losses.add(native, in: place())
        case .toolCall, .toolResult: return  // They have members and messages of their own.
        }
    }

    private mutating func end(
        _ mark: CacheMark?, _ extras: Extras, _ place: @autoclosure () -> String, _ json: inout JSONWriter
    ) {
        if let mark { if keepsMarks { mark.write(into: &json) } else { losses.addMark(at: place()) } }
        if isOwn {
            extras.write(into: &json)
        } else {
            losses.add(extras, in: place() + ".", target: OpenAIChat.dialect)
        }
    }

    private mutating func media(_ media: Media, _ place: @autoclosure () -> String, _ json: inout JSONWriter) {
        if !isOwn, case .file = media.source {
            return losses.add(place(), .refused, "A file that was uploaded to one provider is not known to another.")
        }
        if let text = media.plainText, !OpenAIChatMedia.canWrite(media, isOwn: isOwn) {
            losses.add(place(), .adjusted, "The target takes a document of plain text as text.")
            var block = TextBlock(text)
            block.cache = media.cache
            return part(.text(block), place(), &json)
        }
        guard OpenAIChatMedia.canWrite(media, isOwn: isOwn) else {
            return losses.add(
                place(), .refused, "The target takes no \(media.kind.rawValue) in this form.")
        }
        json.object { json in
            OpenAIChatMedia.members(media, isOwn: isOwn, &json)
            end(media.cache, media.extras, place(), &json)
        }
    }
}

extension Extras {
    /// Whether thoughts are spelled out here.
    var hasReasoning: Bool {
        members.contains {
            $0.name.equals("reasoning_content") || $0.name.equals("reasoning") || $0.name.equals("reasoning_details")
        }
    }
}
