/// Writes the messages of a conversation.
struct AnthropicMessageWriter {
    let origin: Dialect
    private let isOwn: Bool
    var losses: Losses
    private(set) var hasWritten = false

    init(origin: Dialect, losses: Losses) {
        self.origin = origin
        isOwn = origin == AnthropicMessages.dialect
        self.losses = losses
    }

    /// Whether Anthropic would take these thoughts for its own. (Bedrock and Vertex sign Claude's as Anthropic does.)
    static func isOurs(_ thinking: Thinking) -> Bool {
        guard thinking.signature != nil || thinking.encrypted != nil else { return false }
        return thinking.format == .anthropic || thinking.format == .bedrock
    }

    mutating func system(_ blocks: [Block], into json: inout JSONWriter) {
        let texts = sayable(blocks, "system")
        guard isOwn ? !texts.isEmpty : !texts.allSatisfy(\.isBlankText) else { return }
        json.name("system")
        content(texts, "system", &json)
    }

    /// Of instructions that an own caller has between the messages what can stand before them: changes of tools cannot.
    mutating func texts(among blocks: [Block]) -> [Block] {
        let texts = blocks.filter { if case .text = $0 { true } else { false } }
        if texts.count < blocks.count {
            losses.add("messages", .dropped, "The target takes nothing but text in instructions.")
        }
        return texts
    }

    /// What a message says beside its content.
    mutating func end(_ message: ChatMessage, _ index: Int) {
        if message.name != nil {
            losses.add("messages[\(index)].name", .dropped, "The target does not tell users apart by name.")
        }
        if !isOwn { losses.add(message.extras, in: "messages[\(index)].", target: AnthropicMessages.dialect) }
    }

    /// Results of tools and what the user says before or after them are one message, as the dialect has it.
    mutating func write(_ messages: ArraySlice<ChatMessage>, into json: inout JSONWriter) {
        // In place: an array hands out copies.
        messages.withUnsafeBufferPointer { here in
            let first = messages.startIndex
            let last = isOwn ? Int.max : Self.end(of: here)
            var index = 0
            while index < here.count {
                let start = index
                index += 1
                while index < here.count, Self.belongTogether(here[index - 1].role, here[index].role) { index += 1 }
                for place in start..<index where here[place].saysMore { end(here[place], first + place) }
                let isEnd = here[start].role == .assistant && index >= last
                if index == start + 1, let text = here[start].plainText, !(isOwn && here[start].saysMore) {
                    // The dialect allows no message of white space alone; one that says nothing is not missed.
                    if isOwn || !text.isBlank {
                        hasWritten = true
                        let text = isEnd ? trimmed(text, first + start) : text
                        Self.write(here[start].role, text, &json)
                    }
                } else {
                    let blocks = index == start + 1 ? here[start].content : joined(here[start..<index])
                    write(here[start], blocks, first + start, isEnd: isEnd, &json)
                }
            }
        }
    }

    /// What messages say that are one. The dialect takes results of tools right behind their calls alone, and refuses text
    /// before them.
    private func joined(_ messages: Slice<UnsafeBufferPointer<ChatMessage>>) -> [Block] {
        guard !isOwn, let said = messages.firstIndex(where: { $0.role != .tool }),
            let result = messages.lastIndex(where: { $0.role == .tool }), said < result
        else { return messages.flatMap(\.content) }
        let results = messages.filter { $0.role == .tool }
        return (results + messages.filter { $0.role != .tool }).flatMap(\.content)
    }

    private static func belongTogether(_ first: ChatMessage.Role, _ second: ChatMessage.Role) -> Bool {
        first == .tool && (second == .user || second == .tool) || first == .user && second == .tool
    }

    /// Behind the last message that says something.
    private static func end(of messages: UnsafeBufferPointer<ChatMessage>) -> Int {
        var end = messages.count
        while end > 0, messages[end - 1].isSilent { end -= 1 }
        return end
    }

    /// What an answer is to begin with may not end in white space: "final assistant content cannot end with trailing
    /// whitespace".
    private mutating func trimmed(_ text: JSONString, _ index: Int) -> JSONString {
        guard let rest = text.withoutTrailingSpace else { return text }
        losses.noteTrimmedEnd(ofMessage: index)
        return rest
    }

    /// The same of blocks, of which one at least says something.
    private mutating func trim(_ blocks: inout [Block], _ index: Int) {
        while let last = blocks.last, let rest = last.withoutTrailingSpace {
            losses.noteTrimmedEnd(ofMessage: index)
            blocks.removeLast()
            if !rest.isBlankText { return blocks.append(rest) }
            // What it says beside its text goes with it.
            guard case .text(let text) = last else { continue }
            let place = "messages[\(index)].content"
            if text.cache != nil {
                losses.add(
                    place + ".cache_control", .dropped, "The text that it marks is of white space, and is left out.")
            }
            loseCitations(text, place)
            losses.add(text.extras, in: place + ".", target: AnthropicMessages.dialect)
        }
    }

    private mutating func loseCitations(_ text: TextBlock, _ place: @autoclosure () -> String) {
        guard !text.citations.isEmpty else { return }
        losses.add(place() + ".annotations", .dropped, "The target takes back no citations but its own.")
    }

    @inline(__always)
    private static func write(_ role: ChatMessage.Role, _ text: JSONString, _ json: inout JSONWriter) {
        switch role {
        case .system, .developer: json.object(#"{"role":"system","content":"#, text)
        case .user, .tool: json.object(#"{"role":"user","content":"#, text)
        case .assistant: json.object(#"{"role":"assistant","content":"#, text)
        }
    }

    private mutating func write(
        _ message: ChatMessage, _ blocks: [Block], _ index: Int, isEnd: Bool, _ json: inout JSONWriter
    ) {
        func place() -> String { "messages[\(index)].content" }
        var blocks = sayable(blocks, place())
        if !isOwn, blocks.allSatisfy(\.isBlankText) { return }
        if isEnd { trim(&blocks, index) }
        hasWritten = true
        json.object { json in
            Self.role(message.role, &json)
            json.name("content")
            content(blocks, place(), &json)
            if isOwn { message.extras.write(into: &json) }
        }
    }

    @inline(__always)
    private static func role(_ role: ChatMessage.Role, _ json: inout JSONWriter) {
        json.name("role")
        switch role {
        case .system, .developer: json.value(literal: "system")
        case .user, .tool: json.value(literal: "user")
        case .assistant: json.value(literal: "assistant")
        }
    }

    /// Nearly always all of them, which are then not copied.
    private mutating func sayable(_ blocks: [Block], _ place: @autoclosure () -> String) -> [Block] {
        if isOwn { return blocks }
        for index in blocks.indices where !isSayable(blocks[index], place()) {
            return blocks[..<index] + blocks[(index + 1)...].filter { isSayable($0, place()) }
        }
        return blocks
    }

    private mutating func isSayable(_ block: Block, _ place: @autoclosure () -> String) -> Bool {
        if isOwn { return true }
        switch block {
        case .text(let text): return !text.text.isEmpty
        case .refusal(let text): return !text.isEmpty
        case .toolCall, .toolResult: return true
        case .thinking(let thinking):
            if Self.isOurs(thinking) { return true }
            losses.add(
                place() + ".thinking", .dropped, "Thoughts that the target did not sign itself are not sent to it.")
            return false
        case .native(let native):
            losses.add(native, in: place())
            return false
        case .media(let media):
            guard let reason = AnthropicMedia.obstacle(media, isOwn: isOwn) else { return true }
            losses.add(place(), .refused, reason)
            return false
        }
    }

    // MARK: Content

    /// A string where that says it all, blocks otherwise.
    private mutating func content(_ blocks: [Block], _ place: @autoclosure () -> String, _ json: inout JSONWriter) {
        if blocks.count == 1, case .text(let text) = blocks[0], text.cache == nil, text.citations.isEmpty || !isOwn,
            text.extras.isEmpty
        {
            return json.value(text.text)
        }
        json.array { json in
            for block in blocks { self.block(block, place(), &json) }
        }
    }

    private mutating func block(_ block: Block, _ place: @autoclosure () -> String, _ json: inout JSONWriter) {
        if isOwn, case .media(let media) = block, let spelled = media.extras.understood(AnthropicBlocks.blockMark) {
            return json.value(spelled)
        }
        switch block {
        case .native(let native): json.value(native.json)
        case .toolResult(let result): toolResult(result, place(), &json)
        default:
            json.object { json in
                AnthropicBlockWriter.members(block, origin: origin, &json)
                extras(of: block, place(), &json)
            }
        }
    }

    private mutating func extras(of block: Block, _ place: @autoclosure () -> String, _ json: inout JSONWriter) {
        let extras: Extras
        switch block {
        case .text(let text):
            extras = text.extras
            if !isOwn { loseCitations(text, place()) }
        case .media(let media):
            extras = media.extras
            if media.detail != nil {
                losses.add(place() + ".detail", .dropped, "The target decides how closely it looks.")
            }
        case .toolCall(let call): extras = call.extras
        case .thinking(let thinking): extras = thinking.extras
        case .refusal, .native, .toolResult: return
        }
        if isOwn {
            extras.write(into: &json)
        } else {
            losses.add(extras, in: place() + ".", target: AnthropicMessages.dialect)
        }
    }

    private mutating func toolResult(
        _ given: ToolResult, _ place: @autoclosure () -> String, _ json: inout JSONWriter
    ) {
        let result = isOwn ? given : given.markedAsWhole
        let blocks = sayable(result.content, place())
        json.object { json in
            json.member("type", literal: "tool_result")
            json.member("tool_use_id", isOwn ? result.callID : AnthropicBlockWriter.identifier(result.callID))
            if !blocks.isEmpty {
                json.name("content")
                content(blocks, place(), &json)
            }
            json.member("is_error", result.isError)
            result.cache?.write(into: &json)
            if isOwn {
                result.extras.write(into: &json)
            } else {
                losses.add(result.extras, in: place() + ".", target: AnthropicMessages.dialect)
            }
        }
    }
}
