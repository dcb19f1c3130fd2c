/// Reads one message of a conversation, or of an answer, into the place where it is kept.
struct OpenAIChatMessageReader {
    /// Nil where there is none, or none that there is.
    private var role: ChatMessage.Role?
    private var hasRole = false
    // What stands before or behind the content, wherever the object has it.
    private var thinking: [Block] = []
    private var calls: [Block] = []
    private var refusal: JSONString?
    private var callID: JSONString?
    private var annotations: JSONValue.Member?

    /// - Returns: whether the role is one that there is.
    static func read(_ value: JSONValue, into messages: inout [ChatMessage]) -> Bool {
        messages.append(ChatMessage(.user))
        var reader = OpenAIChatMessageReader()
        reader.read(value, into: &messages[messages.count - 1])
        guard let role = reader.role else { return false }
        if role == .tool {
            let message = messages.removeLast()
            messages.append(toolResult: reader.toolResult(message))
        } else {
            messages[messages.count - 1].role = role
        }
        return true
    }

    /// Reads the message of an answer: its blocks, and what is left.
    static func read(answer value: JSONValue) -> ChatMessage {
        var message = ChatMessage(.assistant)
        var reader = OpenAIChatMessageReader()
        reader.read(value, into: &message)
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

    private mutating func read(_ value: JSONValue, into message: inout ChatMessage) {
        var hasDetails = false
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "role":
                // Of several the first counts.
                if !hasRole { role = Self.role(member.value.text) }
                hasRole = true
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
                if let text = member.value.string, !text.isEmpty { refusal = text }
            case "reasoning_details":
                let details = member.value.elements.map { Block.thinking(OpenAIChatReasoning.detail($0)) }
                if !details.isEmpty {
                    thinking = details
                    hasDetails = true
                }
                message.extras.keep(member, isUnderstood: true)
            case "reasoning_content", "reasoning":
                guard let text = member.value.string else {
                    message.extras.keep(member)
                    continue
                }
                if !hasDetails, !text.isEmpty { thinking = [.thinking(Thinking(text: text))] }
                message.extras.keep(member, isUnderstood: true)
            case "function_call":
                guard let name = member.value["name"]?.string else {
                    message.extras.keep(member)
                    continue
                }
                // Snowflake writes one without a name where there is none.
                if name.isEmpty { continue }
                calls.append(
                    .toolCall(
                        ToolCall(
                            id: ToolCall.named(name), name: name,
                            arguments: Self.arguments(member.value["arguments"]))))
            case "annotations": annotations = member
            default: message.extras.keep(member)
            }
        }
        if let annotations { Self.annotate(annotations, &message) }
        if !thinking.isEmpty { message.content.insert(contentsOf: thinking, at: 0) }
        if let refusal { message.content.append(.refusal(refusal)) }
        if !calls.isEmpty { message.content += calls }
    }

    private static func content(_ member: JSONValue.Member, _ message: inout ChatMessage) {
        if let text = member.value.string {
            if !text.isEmpty { message.append(text) }
        } else if member.value.kind == .array {
            for part in member.value.elements { message.content.append(OpenAIChatParts.block(part)) }
        } else {
            message.extras.keep(member)
        }
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
        var call = ToolCall(
            id: value["id"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? ToolCall.synthetic(calls.count, answer: nil),
            name: name, arguments: Self.arguments(function[custom == nil ? "arguments" : "input"]))
        call.isCustom = custom != nil
        for member in value.members where !member.value.isNull {
            switch member.name {
            // The order says what the index says.
            case "id", "type", "function", "index", "name", "arguments": break
            case "custom": if custom == nil { call.extras.keep(member) }
            default: call.extras.keep(member)
            }
        }
        calls.append(.toolCall(call))
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
