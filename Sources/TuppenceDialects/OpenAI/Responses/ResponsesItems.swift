/// Reads items: the input of a request, and the output of an answer, which callers send back as input.
struct ResponsesItems {
    private(set) var messages: [ChatMessage] = []

    /// - Returns: the place of an element that is no item; nil if all are.
    mutating func read(_ input: JSONValue) -> Int? {
        for (index, item) in input.elements.enumerated() where !read(item: item) { return index }
        return nil
    }

    private mutating func read(item: JSONValue) -> Bool {
        guard item.kind == .object else { return false }
        guard let type = item["type"]?.text else { return message(item) }
        switch type {
        case "message": return message(item)
        case "function_call_output", "custom_tool_call_output":
            messages.append(toolResult: Self.toolResult(item))
        default: addToTurn(Self.block(item))
        }
        return true
    }

    /// What an assistant says, calls and thinks is one message until somebody else speaks.
    private mutating func addToTurn(_ block: Block) {
        if messages.last?.role != .assistant { messages.append(ChatMessage(.assistant)) }
        messages[messages.count - 1].content.append(block)
    }

    private mutating func message(_ item: JSONValue) -> Bool {
        let role: ChatMessage.Role
        switch item["role"]?.text {
        case .some(let name) where name.equals("user"): role = .user
        case .some(let name) where name.equals("system"): role = .system
        case .some(let name) where name.equals("developer"): role = .developer
        case .some(let name) where name.equals("assistant"):
            for block in Self.blocks(ofMessage: item) { addToTurn(block) }
            return true
        default: return false
        }
        var message = ChatMessage(role)
        for member in item.members {
            switch member.name {
            case "type", "role": break
            case "content": message.content = ResponsesParts.content(member.value)
            case "id", "status": message.extras.keep(member, isUnderstood: true)
            default: message.extras.keep(member)
            }
        }
        messages.append(message)
        return true
    }

    // MARK: Items of an answer

    /// The name under which the first text of a message keeps what its item says beside the content.
    static let itemMark: StaticString = "item"

    /// The content of an assistant's message.
    static func blocks(ofMessage item: JSONValue) -> [Block] {
        var blocks = item["content"].map { ResponsesParts.content($0) } ?? []
        guard let first = blocks.firstIndex(where: { if case .text = $0 { true } else { false } }),
            case .text(var text) = blocks[first]
        else { return blocks }
        let mark = RawJSON { json in
            json.object { json in
                for member in item.members where !member.value.isNull {
                    switch member.name {
                    case "type", "role", "content": break
                    default:
                        json.name(key: member.key)
                        json.value(member.value.raw)
                    }
                }
            }
        }
        text.extras.members.append(
            Extras.Member(name: JSONString(itemMark.description), value: mark, isUnderstood: true))
        blocks[first] = .text(text)
        return blocks
    }

    /// Every item but messages and results.
    static func block(_ item: JSONValue) -> Block {
        switch item["type"]?.text {
        case .some(let type) where type.equals("function_call"): .toolCall(toolCall(item, "arguments"))
        case .some(let type) where type.equals("custom_tool_call") && !isProviders(item):
            .toolCall(toolCall(item, "input"))
        case .some(let type) where type.equals("reasoning"): .thinking(ResponsesReasoning.thinking(item))
        default: .native(NativeBlock(type: item["type"]?.string ?? "", json: item.raw))
        }
    }

    /// Whether a call is one that xAI makes of its own tools: their ids begin so.
    static func isProviders(_ item: JSONValue) -> Bool { item["call_id"]?.text?.hasPrefix("xs_call") == true }

    static func toolCall(_ item: JSONValue, _ arguments: StaticString) -> ToolCall {
        var call = ToolCall(
            id: item["call_id"]?.string ?? item["id"]?.string ?? "", name: item["name"]?.string ?? "",
            arguments: OpenAIChatMessageReader.arguments(item[arguments]))
        call.isCustom = item["type"]?.equals("custom_tool_call") == true
        for member in item.members {
            switch member.name {
            case "type", "call_id", "name": break
            case "id", "status", "caller": call.extras.keep(member, isUnderstood: true)
            default: if !member.name.equals(arguments) { call.extras.keep(member) }
            }
        }
        return call
    }

    private static func toolResult(_ item: JSONValue) -> ToolResult {
        var result = ToolResult(callID: item["call_id"]?.string ?? "", content: [])
        for member in item.members {
            switch member.name {
            case "call_id": break
            case "output": result.content = ResponsesParts.content(member.value)
            // The type says whether the call was one of text; which tool was called, the call says.
            case "type", "id", "status", "caller", "name", "namespace": result.extras.keep(member, isUnderstood: true)
            default: result.extras.keep(member)
            }
        }
        return result
    }
}
