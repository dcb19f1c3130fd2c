/// The functions a request offers, and which of them are to be called.
struct SandboxTools: Hashable, Sendable {
    struct Tool: Hashable, Sendable {
        let name: String
        let parameters: SandboxJSON
    }

    private enum Choice: Hashable, Sendable {
        case none, any
        case named(String)
    }

    private let tools: [Tool]
    private let choice: Choice
    private let inParallel: Bool

    init(_ request: SandboxJSON) throws(SandboxRefusal) {
        tools = try Self.tools(request["tools"])
        choice = try Self.choice(request["tool_choice"], among: tools)
        inParallel = request["parallel_tool_calls"]?.bool ?? true
    }

    /// The functions to call: the one that was named, or the first two, or the first when one at a time is wanted.
    var called: [Tool] {
        switch choice {
        case .none: []
        case .any: Array(tools.prefix(inParallel ? 2 : 1))
        case .named(let name): Array(tools.filter { $0.name == name }.prefix(1))
        }
    }

    /// Accepts `{"type":"function","function":{…}}` alone, as OpenAI does.
    private static func tools(_ value: SandboxJSON?) throws(SandboxRefusal) -> [Tool] {
        guard let value else { return [] }
        guard let elements = value.array else { throw .wrongType("tools", expected: "an array", got: value) }
        var tools: [Tool] = []
        for (index, element) in elements.enumerated() {
            guard let function = element["function"] else { throw .missing("tools[\(index)].function") }
            guard let name = function["name"]?.string, !name.isEmpty else {
                throw .missing("tools[\(index)].function.name")
            }
            tools.append(Tool(name: name, parameters: function["parameters"] ?? [:]))
        }
        return tools
    }

    private static func choice(_ value: SandboxJSON?, among tools: [Tool]) throws(SandboxRefusal) -> Choice {
        guard let value else { return .any }
        switch value.string {
        case "none": return .none
        case "auto", "required": return .any
        case .some:
            throw .invalid("Invalid value for 'tool_choice'.", param: "tool_choice", code: "invalid_value")
        case nil: break
        }
        guard let function = value["function"] else {
            guard value["type"]?.string != "function" else { throw .missing("tool_choice.function") }
            return .any
        }
        guard let name = function["name"]?.string else { return .any }
        guard tools.contains(where: { $0.name == name }) else {
            throw .invalid("Tool choice '\(name)' not found in 'tools' parameter.", param: "tool_choice")
        }
        return .named(name)
    }
}

extension SandboxTools.Tool {
    /// One call of this function, in the pieces in which it is streamed.
    ///
    /// - Parameter salt: what tells this call from others of the same function; the call's id depends on nothing else.
    func call(index: Int, salt: String) -> [SandboxUnit] {
        let digits = String(SandboxSeed.hash("\(name)/\(index)/\(salt)"), radix: 16)
        let id = "call_" + String(repeating: "0", count: 16 - digits.count) + digits
        let arguments = SandboxSchema(parameters).object.text
        let fragments = SandboxTokens.split(arguments).map { SandboxUnit.arguments(index: index, $0) }
        return [.call(index: index, id: id, name: name)] + fragments
    }
}
