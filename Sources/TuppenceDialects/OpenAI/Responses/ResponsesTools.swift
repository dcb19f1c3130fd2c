/// Tools, and the choice among them. Functions are flat; some callers nest them as in OpenAI's chats.
enum ResponsesTools {
    static func tool(_ value: JSONValue) -> Tool {
        guard value["type"]?.equals("function") != false else {
            return OpenAICustomTools.tool(value) ?? .native(type: value["type"]?.string ?? "", value.raw)
        }
        var tool = FunctionTool(name: "")
        if let nested = value["function"], nested.kind == .object { take(nested, into: &tool) }
        take(value, into: &tool)
        guard !tool.name.isEmpty else { return .native(type: "function", value.raw) }
        return .function(tool)
    }

    private static func take(_ value: JSONValue, into tool: inout FunctionTool) {
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "type", "function": break
            case "name": tool.name = member.value.string ?? tool.name
            case "description": tool.description = member.value.string
            case "parameters": tool.parameters = member.value.raw
            case "strict":
                if let strict = member.value.bool { tool.strict = strict } else { tool.extras.keep(member) }
            default: tool.extras.keep(member)
            }
        }
    }

    static func write(_ tool: FunctionTool, isOwn: Bool, into json: inout JSONWriter) {
        json.object { json in
            json.member("type", literal: "function")
            json.member("name", tool.name)
            json.member("description", tool.description)
            json.member("parameters", isOwn ? tool.parameters : ToolSchema.withProperties(tool.parameters))
            // Not said, it is true here and false in every other dialect.
            json.member("strict", tool.strict ?? (isOwn ? nil : false))
            if isOwn { tool.extras.write(into: &json) }
        }
    }

    static func write(_ choice: ToolChoice, into json: inout JSONWriter) {
        switch choice {
        case .auto, .validated: json.value(literal: "auto")
        case .none: json.value(literal: "none")
        case .required: json.value(literal: "required")
        case .named(let name):
            json.object { json in
                json.member("type", literal: "function")
                json.member("name", name)
            }
        case .among(let names, let isRequired):
            json.object { json in
                json.member("type", literal: "allowed_tools")
                json.member("mode", literal: isRequired ? "required" : "auto")
                json.member("tools", array: { json in for name in names { write(.named(name), into: &json) } })
            }
        case .native(let raw): json.value(raw)
        }
    }
}
