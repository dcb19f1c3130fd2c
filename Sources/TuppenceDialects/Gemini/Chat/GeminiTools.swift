/// Tools, and the choice among them.
enum GeminiTools {
    /// Reads one element of `tools`, which holds functions, tools of the provider's own, or both.
    static func add(_ value: JSONValue, to tools: inout [Tool]) {
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "functionDeclarations", "function_declarations":
                for declaration in member.value.listed { tools.append(function(declaration)) }
            default:
                tools.append(
                    .native(
                        type: member.key,
                        RawJSON { json in
                            json.object { json in
                                json.name(key: member.key)
                                json.value(member.value.raw)
                            }
                        }))
            }
        }
    }

    private static func function(_ value: JSONValue) -> Tool {
        var tool = FunctionTool(name: "")
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "name": tool.name = member.value.string ?? ""
            case "description": tool.description = member.value.string
            case "parametersJsonSchema", "parameters_json_schema": tool.parameters = member.value.raw
            case "parameters":
                tool.parameters = GeminiSchema.translated(member.value)
                tool.extras.keep(member, isUnderstood: true)
            default: tool.extras.keep(member)
            }
        }
        return .function(tool)
    }

    /// `functionCallingConfig`.
    static func choice(_ value: JSONValue) -> ToolChoice? {
        guard let mode = value["mode"]?.string?.decoded.uppercased() else { return nil }
        let names =
            value.member("allowedFunctionNames", or: "allowed_function_names")?.elements.map { $0.string ?? "" } ?? []
        let isPlain = value.members.allSatisfy { member in
            switch member.name {
            case "mode", "allowedFunctionNames", "allowed_function_names": true
            default: false
            }
        }
        switch (mode, names.count) {
        case ("AUTO", 0), ("MODE_UNSPECIFIED", 0): return .auto
        case ("NONE", _): return ToolChoice.none
        case ("ANY", 0): return .required
        case ("ANY", 1): return .named(names[0])
        case ("ANY", _) where isPlain: return .among(names, isRequired: true)
        case ("VALIDATED", 0) where isPlain: return .validated
        case ("VALIDATED", _) where isPlain: return .among(names, isRequired: false)
        default: return .native(value.raw)
        }
    }

    static func write(_ tool: FunctionTool, isOwn: Bool, into json: inout JSONWriter) {
        json.object { json in
            json.member("name", tool.name)
            json.member("description", tool.description)
            if !(isOwn && tool.extras.contains("parameters")) { json.member("parametersJsonSchema", tool.parameters) }
            if isOwn { tool.extras.write(into: &json) }
        }
    }

    static func write(_ choice: ToolChoice, into json: inout JSONWriter) {
        if case .native(let raw) = choice { return json.value(raw) }
        json.object { json in
            switch choice {
            case .auto: json.member("mode", literal: "AUTO")
            case .none: json.member("mode", literal: "NONE")
            case .required: json.member("mode", literal: "ANY")
            case .named(let name):
                json.member("mode", literal: "ANY")
                json.member("allowedFunctionNames", array: { $0.value(name) })
            case .among(let names, let isRequired):
                // With `AUTO` no names may be given.
                json.member("mode", literal: isRequired ? "ANY" : "VALIDATED")
                json.member("allowedFunctionNames", array: { json in for name in names { json.value(name) } })
            case .validated: json.member("mode", literal: "VALIDATED")
            case .native: break
            }
        }
    }
}
