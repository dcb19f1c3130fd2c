/// Writes tools, and the choice among them.
struct BedrockTools {
    let request: ChatRequest
    let model: BedrockModel
    private var isOwn: Bool { request.origin == BedrockConverse.dialect }

    func write(_ messages: inout BedrockMessageWriter, into json: inout JSONWriter) {
        var tools = request.tools
        // The dialect cannot forbid tools. Where there are none, none are called.
        let forbids = request.toolChoice == ToolChoice.none
        if !isOwn, forbids || tools.isEmpty {
            let called = calledTools
            if forbids {
                guard !called.isEmpty else { return }
                messages.losses.add(
                    "tool_choice", .refused,
                    "The target cannot be kept from calling tools in a conversation that has calls of them.")
            }
            if tools.isEmpty, !called.isEmpty {
                // "The toolConfig field must be defined when using toolUse and toolResult content blocks."
                tools = called.map { .function(FunctionTool(name: $0)) }
                messages.losses.add(
                    "tools", .adjusted,
                    "The target wants the tools that a conversation has called described: by name only.")
            }
        }
        let offered =
            isOwn ? OfferedTools() : OfferedTools(request.toolChoice, among: tools, &messages.losses)
        guard isOwn ? !tools.isEmpty : offered.haveFunctions(of: tools, &messages.losses) else { return }
        var foreign = isOwn ? nil : model.claude.map { AnthropicForeignTools(model: $0) }
        json.member(
            "toolConfig",
            object: { json in
                json.member(
                    "tools",
                    array: { json in
                        for (index, tool) in tools.enumerated() where offered.contains(tool) {
                            self.tool(tool, index, &foreign, &messages, &json)
                        }
                    })
                choice(&messages, &json)
            })
    }

    /// The names of tools that the conversation has calls of, each once.
    private var calledTools: [JSONString] {
        var names: [JSONString] = []
        var seen: Set<JSONString> = []
        for message in request.messages {
            for case .toolCall(let call) in message.content where seen.insert(call.name).inserted {
                names.append(call.name)
            }
        }
        return names
    }

    /// - Parameter foreign: for tools that are to be such as Claude takes them.
    private func tool(
        _ tool: Tool, _ index: Int, _ foreign: inout AnthropicForeignTools?,
        _ messages: inout BedrockMessageWriter, _ json: inout JSONWriter
    ) {
        switch tool {
        case .function(let given):
            let tool = foreign?.fitted(given, index, &messages.losses) ?? given
            json.object { json in
                json.member(
                    "toolSpec",
                    object: { json in
                        json.member("name", tool.name)
                        if tool.description?.isEmpty != true { json.member("description", tool.description) }
                        json.member(
                            "inputSchema",
                            object: { json in
                                if isOwn, let schema = tool.parameters {
                                    json.member("json", schema)
                                } else {
                                    json.member("json", AnthropicTools.schema(tool.parameters))
                                }
                            })
                        if isOwn || model.claude?.takesSchema == true { json.member("strict", tool.strict) }
                        if isOwn { tool.extras.write(into: &json) }
                    })
            }
            if tool.strict == true, !isOwn, model.claude?.takesSchema != true {
                messages.losses.add(
                    "tools[\(index)].strict", .dropped, "The target model does not hold arguments to their schema.")
            }
            if let cache = tool.cache { messages.mark(cache, "tools[\(index)]", &json) }
            if !isOwn { messages.losses.add(tool.extras, in: "tools[\(index)].", target: BedrockConverse.dialect) }
        case .custom: break  // Refused above.
        case .native(_, let raw): if isOwn { json.value(raw) }
        }
    }

    private func choice(_ messages: inout BedrockMessageWriter, _ json: inout JSONWriter) {
        if request.parallelToolCalls == false {
            messages.losses.add(
                "parallel_tool_calls", .dropped, "The target may call several tools at once.")
        }
        let given = isOwn ? request.toolChoice : request.toolChoice?.plain(&messages.losses)
        guard let choice = given else { return }
        switch choice {
        case .none: return
        case .auto, .validated: json.member("toolChoice", object: { $0.member("auto", object: { _ in }) })
        case .required: json.member("toolChoice", object: { $0.member("any", object: { _ in }) })
        case .named(let name):
            json.member(
                "toolChoice",
                object: { json in
                    json.member("tool", object: { $0.member("name", name) })
                })
        case .among(_, let isRequired):
            json.member("toolChoice", object: { $0.member(isRequired ? "any" : "auto", object: { _ in }) })
        case .native(let raw): json.member("toolChoice", raw)
        }
    }
}
