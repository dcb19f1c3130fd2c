/// Anthropic's words for a chat, put into those that ``SandboxChat`` reads.
enum SandboxMessagesRequest {
    static func chat(_ request: SandboxJSON) throws(SandboxRefusal) -> SandboxJSON {
        var members: [SandboxJSON.Member] = [.init(name: "messages", value: .array(try messages(request)))]
        for (name, chats) in [("max_tokens", "max_tokens"), ("stream", "stream"), ("stop_sequences", "stop")] {
            if let value = request[name] { members.append(.init(name: chats, value: value)) }
        }
        if let tools = request["tools"] {
            guard let elements = tools.array else { throw .wrongType("tools", expected: "an array", got: tools) }
            let functions = elements.map { SandboxChatWords.tool($0["name"], parameters: $0["input_schema"]) }
            members.append(.init(name: "tools", value: .array(functions)))
        }
        if let choice = request["tool_choice"] {
            members.append(.init(name: "tool_choice", value: try self.choice(choice)))
            if choice["disable_parallel_tool_use"]?.bool == true {
                members.append(.init(name: "parallel_tool_calls", value: false))
            }
        }
        return .object(members)
    }

    private static func choice(_ choice: SandboxJSON) throws(SandboxRefusal) -> SandboxJSON {
        switch choice["type"]?.string {
        case "auto": return "auto"
        case "any": return "required"
        case "none": return "none"
        case "tool": return SandboxChatWords.choice(choice["name"])
        default:
            throw .invalid("tool_choice.type: must be one of auto, any, tool, none", param: "tool_choice.type")
        }
    }

    private static func messages(_ request: SandboxJSON) throws(SandboxRefusal) -> [SandboxJSON] {
        var messages: [SandboxJSON] = []
        if let system = request["system"] { messages.append(["role": "system", "content": system]) }
        guard let value = request["messages"] else { throw .missing("messages") }
        guard let elements = value.array, !elements.isEmpty else {
            throw .invalid("messages: at least one message is required", param: "messages")
        }
        for (index, element) in elements.enumerated() {
            guard let role = element["role"]?.string, role == "user" || role == "assistant" else {
                throw .invalid("messages.\(index).role: must be user or assistant", param: "messages.\(index).role")
            }
            messages += message(element, role)
        }
        return messages
    }

    /// Results of tools become messages of their own, behind what else the message says.
    private static func message(_ message: SandboxJSON, _ role: String) -> [SandboxJSON] {
        guard let blocks = message["content"]?.array else {
            return [["role": .string(role), "content": message["content"] ?? ""]]
        }
        let results = blocks.filter { $0["type"]?.string == "tool_result" }
        let calls = blocks.filter { $0["type"]?.string == "tool_use" }.map { call -> SandboxJSON in
            SandboxChatWords.call(call["name"], arguments: call["input"]?.text ?? "{}")
        }
        let rest = blocks.filter { $0["text"] != nil }
        var messages: [SandboxJSON] = []
        if results.isEmpty || !rest.isEmpty {
            messages.append(["role": .string(role), "content": .array(rest), "tool_calls": .array(calls)])
        }
        return messages + results.map { SandboxChatWords.result($0["content"]) }
    }
}
