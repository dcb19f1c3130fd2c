/// The words of Responses, put into those that ``SandboxChat`` reads.
enum SandboxResponsesRequest {
    static func chat(_ request: SandboxJSON) throws(SandboxRefusal) -> SandboxJSON {
        .present([
            "messages": .array(try messages(request)),
            "max_tokens": try request.positiveInteger("max_output_tokens").map(SandboxJSON.int),
            "tools": try tools(request["tools"]),
            "tool_choice": choice(request["tool_choice"]),
            "parallel_tool_calls": request["parallel_tool_calls"],
            "response_format": form(request["text"]?["format"]),
        ])
    }

    // MARK: Tools

    /// Functions alone: what else there is, the sandbox does not call.
    private static func tools(_ value: SandboxJSON?) throws(SandboxRefusal) -> SandboxJSON? {
        guard let value else { return nil }
        guard let elements = value.array else { throw .wrongType("tools", expected: "an array", got: value) }
        var tools: [SandboxJSON] = []
        for (index, tool) in elements.enumerated() where tool["type"]?.string == "function" {
            guard let name = tool["name"] else { throw .missing("tools[\(index)].name") }
            tools.append(SandboxChatWords.tool(name, parameters: tool["parameters"]))
        }
        return tools.isEmpty ? nil : .array(tools)
    }

    private static func choice(_ value: SandboxJSON?) -> SandboxJSON? {
        guard let value, value.string == nil else { return value }
        return value["type"]?.string == "function" ? SandboxChatWords.choice(value["name"]) : SandboxJSON.string("auto")
    }

    private static func form(_ format: SandboxJSON?) -> SandboxJSON? {
        guard let format else { return nil }
        let schema = SandboxJSON.present(["schema": format["schema"]])
        return SandboxJSON.present(["type": format["type"], "json_schema": schema])
    }

    // MARK: Items

    private static func messages(_ request: SandboxJSON) throws(SandboxRefusal) -> [SandboxJSON] {
        var messages: [SandboxJSON] = []
        if let instructions = request["instructions"] {
            messages.append(["role": "system", "content": instructions])
        }
        guard let input = request["input"] else { throw .missing("input") }
        if input.string != nil {
            messages.append(["role": "user", "content": input])
            return messages
        }
        guard let items = input.array else { throw .wrongType("input", expected: "a string or an array", got: input) }
        for (index, item) in items.enumerated() {
            if let message = try self.message(item, "input[\(index)]") { messages.append(message) }
        }
        return messages
    }

    /// - Returns: nil for items that say nothing here: thoughts, and what tools of the provider's own did.
    private static func message(_ item: SandboxJSON, _ param: String) throws(SandboxRefusal) -> SandboxJSON? {
        switch item["type"]?.string ?? "message" {
        case "message":
            guard let role = item["role"] else { throw .missing("\(param).role") }
            return ["role": role, "content": item["content"] ?? ""]
        case "function_call":
            let call = SandboxChatWords.call(item["name"], arguments: item["arguments"]?.string ?? "")
            return ["role": "assistant", "tool_calls": [call]]
        case "function_call_output": return SandboxChatWords.result(item["output"])
        default: return nil
        }
    }
}
