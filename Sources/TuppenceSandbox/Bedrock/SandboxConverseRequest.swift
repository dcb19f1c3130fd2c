/// Converse's words, put into those that ``SandboxChat`` reads.
enum SandboxConverseRequest {
    static func chat(_ request: SandboxJSON) throws(SandboxRefusal) -> SandboxJSON {
        let settings = request["inferenceConfig"] ?? [:]
        let tools = request["toolConfig"]
        return SandboxJSON.present([
            "messages": .array(try messages(request)),
            "max_tokens": try settings.positiveInteger("maxTokens").map(SandboxJSON.int),
            "stop": settings["stopSequences"],
            "tools": try self.tools(tools?["tools"]),
            "tool_choice": tools?["toolChoice"].map(choice),
            "response_format": try form(request["outputConfig"]?["textFormat"]),
        ])
    }

    /// The schema is JSON within a string.
    private static func form(_ format: SandboxJSON?) throws(SandboxRefusal) -> SandboxJSON? {
        guard let format else { return nil }
        guard let text = format["structure"]?["jsonSchema"]?["schema"]?.string,
            let schema = try? SandboxJSONParser.parse(Array(text.utf8))
        else { throw .invalid("outputConfig.textFormat.structure.jsonSchema.schema must be JSON.") }
        let inner: SandboxJSON = ["schema": schema]
        return SandboxJSON.present(["type": SandboxJSON.string("json_schema"), "json_schema": inner])
    }

    // MARK: Tools

    /// What is no tool among them says up to where things are cached.
    private static func tools(_ value: SandboxJSON?) throws(SandboxRefusal) -> SandboxJSON? {
        guard let value else { return nil }
        guard let elements = value.array else {
            throw .wrongType("toolConfig.tools", expected: "an array", got: value)
        }
        let tools = elements.compactMap { $0["toolSpec"] }.map { tool -> SandboxJSON in
            SandboxChatWords.tool(tool["name"], parameters: tool["inputSchema"]?["json"])
        }
        return tools.isEmpty ? nil : SandboxJSON.array(tools)
    }

    private static func choice(_ choice: SandboxJSON) -> SandboxJSON {
        if let tool = choice["tool"] { return SandboxChatWords.choice(tool["name"]) }
        return choice["any"] == nil ? "auto" : "required"
    }

    // MARK: Messages

    private static func messages(_ request: SandboxJSON) throws(SandboxRefusal) -> [SandboxJSON] {
        var messages: [SandboxJSON] = []
        if let system = request["system"] { messages.append(["role": "system", "content": system]) }
        guard let elements = request["messages"]?.array, !elements.isEmpty else {
            throw .invalid("The messages field is required: at least one message.", param: "messages")
        }
        for element in elements {
            guard let role = element["role"]?.string, role == "user" || role == "assistant",
                let content = element["content"]?.array
            else { throw .invalid("A message has a role, user or assistant, and content.", param: "messages") }
            messages += message(content, .string(role))
        }
        return messages
    }

    /// Results of tools become messages of their own, behind what else the message says.
    private static func message(_ content: [SandboxJSON], _ role: SandboxJSON) -> [SandboxJSON] {
        let results = content.compactMap { $0["toolResult"] }
        let calls = content.compactMap { $0["toolUse"] }.map { call -> SandboxJSON in
            SandboxChatWords.call(call["name"], arguments: call["input"]?.text ?? "{}")
        }
        let rest = content.filter { $0["text"] != nil }
        var messages: [SandboxJSON] = []
        if results.isEmpty || !rest.isEmpty {
            messages.append(["role": role, "content": .array(rest), "tool_calls": .array(calls)])
        }
        return messages + results.map { SandboxChatWords.result(text(ofResult: $0)) }
    }

    private static func text(ofResult result: SandboxJSON) -> SandboxJSON {
        let parts = result["content"]?.array ?? []
        return .string(parts.compactMap { $0["text"]?.string ?? $0["json"]?.text }.joined(separator: "\n"))
    }
}
