/// Reads tools and the choice among them in the spellings that callers of this dialect use.
enum OpenAIChatTools {
    /// `{type, function: {…}}`; flat, as some editors send it and `functions` has it; Anthropic's `input_schema`.
    static func tool(_ value: JSONValue) -> Tool {
        let type = value["type"]?.text
        let isFunction = type.map { $0.equals("function") } ?? true
        if isFunction, let function = value["function"], function["name"]?.string != nil {
            var tool = self.function(function)
            for member in value.members {
                switch member.name {
                case "type", "function": break
                case "cache_control":
                    if let mark = CacheMark(member.value) { tool.cache = mark } else { tool.extras.keep(member) }
                default: tool.extras.keep(member)
                }
            }
            return .function(tool)
        }
        // A tool of another type that has a schema of arguments is a function all the same.
        if value["name"]?.string != nil, isFunction || value["input_schema"] != nil {
            return .function(function(value))
        }
        return OpenAICustomTools.tool(value) ?? .native(type: value["type"]?.string ?? "", value.raw)
    }

    private static func function(_ value: JSONValue) -> FunctionTool {
        var tool = FunctionTool(name: "")
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "name": tool.name = member.value.string ?? ""
            case "description": tool.description = member.value.string
            case "parameters", "input_schema": tool.parameters = member.value.raw
            case "strict":
                if let strict = member.value.bool { tool.strict = strict } else { tool.extras.keep(member) }
            case "type": break
            case "cache_control":
                if let mark = CacheMark(member.value) { tool.cache = mark } else { tool.extras.keep(member) }
            default: tool.extras.keep(member)
            }
        }
        return tool
    }

    /// A word; `{type: function, function: {name}}`; the flat and Anthropic's forms of it; `function_call: {name}`;
    /// `allowed_tools`.
    static func choice(_ value: JSONValue) -> ToolChoice? {
        if let word = value.text {
            switch word {
            case "auto": return .auto
            case "none": return ToolChoice.none
            case "required", "any": return .required
            default: return nil
            }
        }
        guard value.kind == .object else { return nil }
        if let name = value["function"]?["name"]?.string { return .named(name) }
        switch value["type"]?.text {
        case .some(let type) where type.equals("auto"): return .auto
        case .some(let type) where type.equals("none"): return ToolChoice.none
        case .some(let type) where type.equals("any"): return .required
        case .some(let type) where type.equals("allowed_tools"): return among(value) ?? .native(value.raw)
        case .some(let type) where !(type.equals("function") || type.equals("tool")): return .native(value.raw)
        default: return value["name"]?.string.map { .named($0) } ?? .native(value.raw)
        }
    }

    /// Chats have the list in a member of its own, Responses have it flat.
    ///
    /// - Returns: nil where there are others than functions among the tools.
    private static func among(_ value: JSONValue) -> ToolChoice? {
        let choice = value["allowed_tools"] ?? value
        guard let mode = choice["mode"]?.text, let tools = choice["tools"], !tools.isEmpty else { return nil }
        let isRequired = mode.equals("required")
        guard isRequired || mode.equals("auto") else { return nil }
        var names: [JSONString] = []
        for tool in tools.elements {
            guard tool["type"]?.equals("function") == true, let name = (tool["function"] ?? tool)["name"]?.string else {
                return nil
            }
            names.append(name)
        }
        return .among(names, isRequired: isRequired)
    }

    static func write(_ tool: FunctionTool, into writer: inout JSONWriter, keepsMarks: Bool, keepsExtras: Bool) {
        writer.object { writer in
            writer.member("type", literal: "function")
            writer.name("function")
            writer.object { writer in
                writer.member("name", tool.name)
                writer.member("description", tool.description)
                writer.member(
                    "parameters", keepsExtras ? tool.parameters : ToolSchema.withProperties(tool.parameters))
                writer.member("strict", tool.strict)
            }
            if keepsMarks, let mark = tool.cache { mark.write(into: &writer) }
            if keepsExtras { tool.extras.write(into: &writer) }
        }
    }

    static func write(_ choice: ToolChoice, into writer: inout JSONWriter) {
        switch choice {
        case .auto, .validated: writer.value(literal: "auto")
        case .none: writer.value(literal: "none")
        case .required: writer.value(literal: "required")
        case .named(let name):
            writer.object { writer in
                writer.member("type", literal: "function")
                writer.member("function", object: { $0.member("name", name) })
            }
        case .among(let names, let isRequired):
            writer.object { writer in
                writer.member("type", literal: "allowed_tools")
                writer.member(
                    "allowed_tools",
                    object: { writer in
                        writer.member("mode", literal: isRequired ? "required" : "auto")
                        writer.member(
                            "tools",
                            array: { writer in
                                for name in names { write(.named(name), into: &writer) }
                            })
                    })
            }
        case .native(let json): writer.value(json)
        }
    }
}
