/// Reads the messages of a conversation one after the other, or that of an answer.
struct OpenAIChatMessageReader {
    /// What stands before or behind the content, wherever the object has it, until all of the message is read.
    private struct Aside {
        var thinking: [Block] = []
        var calls: [Block] = []
        var refusal: JSONString?
        var annotations: JSONValue.Member?

        var isEmpty: Bool { thinking.isEmpty && calls.isEmpty && refusal == nil && annotations == nil }
    }

    /// Where the messages are, which decides about the ids of calls that have none.
    private enum Source {
        case request
        /// An answer with this id.
        case answer(JSONString?)
    }

    private let source: Source
    private var aside = Aside()
    /// Of the message that was read last.
    private var callID: JSONString?

    /// Reads the messages of a request.
    init() { source = .request }

    private init(_ source: Source) { self.source = source }

    /// - Returns: whether the role is one that there is.
    mutating func read(_ value: JSONValue, into messages: inout [ChatMessage]) -> Bool {
        var message = ChatMessage(.user)
        guard let role = read(value, &message) else { return false }
        if role == .tool {
            messages.append(toolResult: toolResult(message))
        } else {
            message.role = role
            messages.append(consume message)
        }
        return true
    }

    /// Reads the message of an answer: its blocks, and what is left.
    ///
    /// - Parameter id: the answer's, of which ids of calls are made that have none.
    static func read(answer value: JSONValue, id: JSONString?) -> ChatMessage {
        var message = ChatMessage(.assistant)
        var reader = OpenAIChatMessageReader(.answer(id))
        _ = reader.read(value, &message)
        let images = value["images"].map(OpenAIChatImages.read) ?? []
        if !images.isEmpty {
            message.extras.remove("images")
            message.content += images.map { .media($0) }
        }
        // As it came, it stays among the extras.
        if let sound = value["audio"].flatMap(OpenAIChatSound.read) { message.content.append(.media(sound)) }
        return message
    }

    private static func role(_ name: JSONText?) -> ChatMessage.Role? {
        guard let name else { return nil }
        switch name {
        case "user": return .user
        case "assistant": return .assistant
        case "system": return .system
        case "tool", "function": return .tool
        case "developer": return .developer
        default: return nil
        }
    }

    private func toolResult(_ message: ChatMessage) -> ToolResult {
        var result = ToolResult(callID: callID ?? ToolCall.named(message.name ?? ""), content: message.content)
        result.name = message.name
        result.extras = message.extras
        return result
    }

    /// - Returns: the role, if it is one that there is.
    private mutating func read(_ value: JSONValue, _ message: inout ChatMessage) -> ChatMessage.Role? {
        if callID != nil { callID = nil }
        var role: ChatMessage.Role?
        var hasRole = false
        var hasDetails = false
        for member in value.members {
            if member.name.equals("role") {
                // Of several the first counts.
                if !hasRole { role = Self.role(member.value.text) }
                hasRole = true
                continue
            }
            if member.value.isNull { continue }
            switch member.name {
            case "content": Self.content(member, &message)
            case "tool_calls":
                guard member.value.kind == .array else {
                    message.extras.keep(member)
                    continue
                }
                for call in member.value.elements { toolCall(call) }
            case "tool_call_id": callID = member.value.string
            case "name": message.name = member.value.string
            case "refusal":
                if let text = member.value.string, !text.isEmpty { aside.refusal = text }
            case "reasoning_details":
                let details = member.value.elements.map { Block.thinking(OpenAIChatReasoning.detail($0)) }
                if !details.isEmpty {
                    aside.thinking = details
                    hasDetails = true
                }
                message.extras.keep(member, isUnderstood: true)
            case "reasoning_content", "reasoning":
                guard let text = member.value.string else {
                    message.extras.keep(member)
                    continue
                }
                if !hasDetails, !text.isEmpty { aside.thinking = [.thinking(Thinking(text: text))] }
                message.extras.keep(member, isUnderstood: true)
            case "function_call":
                guard let name = member.value["name"]?.string else {
                    message.extras.keep(member)
                    continue
                }
                // Snowflake writes one without a name where there is none.
                if name.isEmpty { continue }
                aside.calls.append(
                    .toolCall(
                        ToolCall(
                            id: idOfFunction(name), name: name,
                            arguments: Self.arguments(member.value["arguments"]))))
            case "annotations": aside.annotations = member
            default: message.extras.keep(member)
            }
        }
        if !aside.isEmpty { finish(&message) }
        return role
    }

    /// Puts what was laid aside into its place.
    private mutating func finish(_ message: inout ChatMessage) {
        if let annotations = aside.annotations { Self.annotate(annotations, &message) }
        if !aside.thinking.isEmpty { message.content.insert(contentsOf: aside.thinking, at: 0) }
        if let refusal = aside.refusal { message.content.append(.refusal(refusal)) }
        if !aside.calls.isEmpty { message.content += aside.calls }
        aside = Aside()
    }

    private static func content(_ member: JSONValue.Member, _ message: inout ChatMessage) {
        if let text = member.value.string {
            if !text.isEmpty { message.append(text) }
        } else if member.value.kind == .array {
            parts(member.value, &message.content)
        } else {
            message.extras.keep(member)
        }
    }

    private static func parts(_ value: JSONValue, _ blocks: inout [Block]) {
        for part in value.elements { blocks.append(OpenAIChatParts.block(part)) }
    }

    /// Those of addresses are of the text before them; what else there is stays as it was.
    private static func annotate(_ member: JSONValue.Member, _ message: inout ChatMessage) {
        guard member.value.kind == .array else { return message.extras.keep(member) }
        let citations = member.value.elements.map { OpenAIChatAnnotations.citation($0) }
        guard !citations.isEmpty else { return }
        for index in message.content.indices.reversed() {
            guard case .text(var text) = message.content[index] else { continue }
            text.citations += citations
            message.content[index] = .text(text)
            return
        }
        message.extras.keep(member)
    }

    private mutating func toolCall(_ value: JSONValue) {
        let custom = value["type"]?.equals("custom") == true ? value["custom"] : nil
        let function = custom ?? value["function"] ?? value
        let name = function["name"]?.string ?? ""
        let id = value["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        var call = ToolCall(
            id: id ?? madeID, name: name,
            arguments: Self.arguments(function[custom == nil ? "arguments" : "input"]))
        call.isCustom = custom != nil
        for member in value.members where !member.value.isNull {
            switch member.name {
            // The order says what the index says.
            case "id", "type", "function", "index", "name", "arguments": break
            case "custom": if custom == nil { call.extras.keep(member) }
            default: call.extras.keep(member)
            }
        }
        aside.calls.append(.toolCall(call))
    }

    /// The id of the next call, whose provider gave it none.
    private var madeID: JSONString {
        switch source {
        case .request: ToolCall.synthetic(aside.calls.count, answer: nil)
        case .answer(let id): ToolCall.synthetic(aside.calls.count, answer: id)
        }
    }

    /// Results in requests know a call by the name of the function; what a new one is called must be no earlier one's.
    private func idOfFunction(_ name: JSONString) -> JSONString {
        switch source {
        case .request: ToolCall.named(name)
        case .answer: madeID
        }
    }

    static func arguments(_ value: JSONValue?) -> ToolArguments {
        guard let value, !value.isNull else { return ToolArguments(string: "") }
        return value.string.map { ToolArguments(string: $0) } ?? ToolArguments(value: value.raw)
    }
}

extension ToolCall {
    /// The id of a call by OpenAI's older `functions`, which know calls by the name of the function.
    static func named(_ name: JSONString) -> JSONString { "call_" + name }
}
