/// Tools, and the choice among them.
enum AnthropicTools {
    static func tool(_ value: JSONValue) -> Tool {
        if let type = value["type"]?.string, !type.equals("custom") { return .native(type: type, value.raw) }
        guard value["name"]?.string != nil else { return .native(type: value["type"]?.string ?? "", value.raw) }
        var tool = FunctionTool(name: "")
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "type": break
            case "name": tool.name = member.value.string ?? ""
            case "description": tool.description = member.value.string
            case "input_schema": tool.parameters = member.value.raw
            case "strict":
                if let strict = member.value.bool { tool.strict = strict } else { tool.extras.keep(member) }
            case "cache_control":
                if let mark = CacheMark(member.value) { tool.cache = mark } else { tool.extras.keep(member) }
            default: tool.extras.keep(member)
            }
        }
        return .function(tool)
    }

    static func choice(_ value: JSONValue) -> ToolChoice? {
        switch value["type"]?.text {
        case .some(let type) where type.equals("auto"): .auto
        case .some(let type) where type.equals("any"): .required
        case .some(let type) where type.equals("none"): ToolChoice.none
        case .some(let type) where type.equals("tool"): value["name"]?.string.map { .named($0) }
        case .some: .native(value.raw)
        case nil: nil
        }
    }

    static func write(_ tool: FunctionTool, isOwn: Bool, into json: inout JSONWriter) {
        json.object { json in
            json.member("name", tool.name)
            json.member("description", tool.description)
            json.member("input_schema", isOwn ? tool.parameters : schema(tool.parameters))
            json.member("strict", tool.strict)
            tool.cache?.write(into: &json)
            if isOwn { tool.extras.write(into: &json) }
        }
    }

    /// A schema has to be one of an object, and has to say so.
    static func schema(_ schema: RawJSON?) -> RawJSON {
        guard let schema, schema.isObject else { return ToolSchema.noArguments }
        var hasType = false
        ToolSchema.scan(schema) { name, _ in if name.equals("type") { hasType = true } }
        if hasType { return schema }
        return RawJSON { json in
            json.object { json in
                json.member("type", literal: "object")
                json.splice(Array(schema.bytes.dropFirst().dropLast()))
            }
        }
    }

    static func write(_ choice: ToolChoice, parallel: Bool?, isOwn: Bool, into json: inout JSONWriter) {
        if case .native(let raw) = choice { return json.value(raw) }
        json.object { json in
            switch choice {
            case .auto, .validated: json.member("type", literal: "auto")
            case .none: json.member("type", literal: "none")
            case .required: json.member("type", literal: "any")
            case .named(let name):
                json.member("type", literal: "tool")
                json.member("name", name)
            case .among(_, let isRequired): json.member("type", literal: isRequired ? "any" : "auto")
            case .native: break
            }
            if choice != .none, let parallel, !parallel || isOwn {
                json.member("disable_parallel_tool_use", !parallel)
            }
        }
    }
}
