/// Reads one message of a conversation, or of an answer.
struct OpenAIChatMessageReader {
    private var message: ChatMessage
    private var thinking: [Block] = []
    private var calls: [Block] = []
    private var refusal: JSONString?
    private var callID: JSONString?
    private var annotations: JSONValue.Member?

    /// - Returns: whether the role is one that there is.
    static func read(_ value: JSONValue, into messages: inout [ChatMessage]) -> Bool {
        guard let role = role(value["role"]?.text) else { return false }
        var reader = OpenAIChatMessageReader(message: ChatMessage(role))
        reader.read(value)
        if role == .tool {
            var result = ToolResult(
                callID: reader.callID ?? ToolCall.named(reader.message.name ?? ""), content: reader.message.content)
            result.name = reader.message.name
            result.extras = reader.message.extras
            messages.append(toolResult: result)
        } else {
            messages.append(reader.finished)
        }
        return true
    }

    /// Reads the message of an answer: its blocks, and what is left.
    static func read(answer value: JSONValue) -> ChatMessage {
        var reader = OpenAIChatMessageReader(message: ChatMessage(.assistant))
        reader.read(value)
        return reader.finished
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

    private init(message: ChatMessage) { self.message = message }

    private var finished: ChatMessage {
        var message = message
        if !thinking.isEmpty { message.content = thinking + message.content }
        if let refusal { message.content.append(.refusal(refusal)) }
        message.content += calls
        return message
    }

    private mutating func read(_ value: JSONValue) {
        var hasDetails = false
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "role": break
            case "content": content(member)
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
        if let annotations { annotate(annotations) }
    }

    private mutating func content(_ member: JSONValue.Member) {
        if let text = member.value.string {
            if !text.isEmpty { message.content.append(.text(text)) }
        } else if member.value.kind == .array {
            for part in member.value.elements { message.content.append(OpenAIChatParts.block(part)) }
        } else {
            message.extras.keep(member)
        }
    }

    /// Those of addresses are of the text before them; what else there is stays as it was.
    private mutating func annotate(_ member: JSONValue.Member) {
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
