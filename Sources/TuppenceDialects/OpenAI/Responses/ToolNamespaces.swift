/// Functions in namespaces, which callers of Responses have: Codex puts those of each server of tools (MCP) into one, and knows a
/// call by `namespace` and `name` together. In all other dialects they are functions whose name is both.
///
/// Sources: `NamespaceToolParam` and `ResponseFunctionToolCall` of https://github.com/openai/openai-python;
/// https://github.com/openai/codex/issues/23186, …/issues/31665, …/issues/36942 (read 2026-11).
package struct ToolNamespaces: Hashable, Sendable {
    struct Member: Hashable, Sendable {
        let namespace: JSONString
        let name: JSONString

        /// Both as one name. Some of Codex's namespaces end with the marks that stand between.
        var joined: JSONString {
            namespace.decoded.hasSuffix("__") ? namespace + name : namespace + "__" + name
        }
    }

    /// By the names that targets are told.
    fileprivate var members: [JSONString: Member] = [:]
    /// Where something is said of a namespace as a whole, for which other dialects have no place.
    package fileprivate(set) var descriptions: [String] = []

    package init() {}

    package var isEmpty: Bool { members.isEmpty }

    /// The caller's own names of the function that a target calls `name`; nil where that is in no namespace.
    func caller(_ name: JSONString) -> Member? { members[name] }
}

extension ChatRequest {
    /// Takes functions out of their namespaces, for another dialect than that of Responses, and calls of them, too.
    package mutating func flattenNamespaces() -> ToolNamespaces {
        var namespaces = ToolNamespaces()
        guard origin == .responses else { return namespaces }
        flattenTools(&namespaces)
        flattenCalls()
        return namespaces
    }

    /// A namespace stays where it has other tools than functions, or where two tools would have one name: it is refused then.
    private mutating func flattenTools(_ namespaces: inout ToolNamespaces) {
        // Nearly no request has any.
        guard tools.contains(where: \.isNamespace) else { return }
        var taken = Set(tools.compactMap(\.callersName))
        var flattened: [Tool] = []
        for (index, tool) in tools.enumerated() {
            guard tool.isNamespace, case .native(_, let raw) = tool, let given = GivenNamespace(raw),
                given.add(to: &flattened, &taken, &namespaces)
            else {
                flattened.append(tool)
                continue
            }
            if given.isDescribed { namespaces.descriptions.append("tools[\(index)].description") }
        }
        tools = flattened
    }

    private mutating func flattenCalls() {
        guard messages.haveBlocks else { return }
        for index in messages.indices
        where messages[index].hasBlocks && messages[index].content.contains(where: \.isInNamespace) {
            messages[index].content = messages[index].content.map { block in
                guard case .toolCall(var call) = block, let namespace = call.namespace else { return block }
                call.extras.remove("namespace")
                call.name = ToolNamespaces.Member(namespace: namespace, name: call.name).joined
                return .toolCall(call)
            }
        }
    }
}

/// A namespace as its caller has said it.
private struct GivenNamespace {
    let name: JSONString
    let functions: [FunctionTool]
    let isDescribed: Bool

    /// - Returns: nil for one that has anything but functions.
    init?(_ raw: RawJSON) {
        do throws(JSONError) {
            guard let given = try raw.read({ (value) -> GivenNamespace? in GivenNamespace(value) }) else { return nil }
            self = given
        } catch { return nil }  // What cannot be read is refused.
    }

    private init?(_ value: JSONValue) {
        guard let name = value["name"]?.string, !name.isEmpty, let tools = value["tools"], tools.kind == .array else {
            return nil
        }
        var functions: [FunctionTool] = []
        for tool in tools.elements {
            guard case .function(let function) = ResponsesTools.tool(tool) else { return nil }
            functions.append(function)
        }
        self.name = name
        self.functions = functions
        isDescribed = value["description"]?.string.map { !$0.isEmpty } ?? false
    }

    /// - Parameter taken: the names that tools have already.
    /// - Returns: false where one of its functions would have such a name; nothing is added then.
    func add(to tools: inout [Tool], _ taken: inout Set<JSONString>, _ namespaces: inout ToolNamespaces) -> Bool {
        let members = functions.map { ToolNamespaces.Member(namespace: name, name: $0.name) }
        let names = Set(members.map(\.joined))
        guard names.count == members.count, taken.isDisjoint(with: names) else { return false }
        taken.formUnion(names)
        for (function, member) in zip(functions, members) {
            var function = function
            function.name = member.joined
            tools.append(.function(function))
            namespaces.members[function.name] = member
        }
        return true
    }
}

extension Tool {
    fileprivate var isNamespace: Bool {
        if case .native(let type, _) = self { type.equals("namespace") } else { false }
    }

    fileprivate var callersName: JSONString? {
        switch self {
        case .function(let function): function.name
        case .custom(let custom): custom.name
        case .native: nil
        }
    }
}

extension Block {
    fileprivate var isInNamespace: Bool {
        if case .toolCall(let call) = self { call.extras.contains("namespace") } else { false }
    }
}

extension ToolCall {
    /// Nil also where it is the name of the tool once more, as GPT-5.5 has called tools that are in none.
    fileprivate var namespace: JSONString? {
        guard let raw = extras["namespace"] else { return nil }
        do throws(JSONError) {
            return try raw.read { (value) -> JSONString? in
                guard let space = value.string, !space.isEmpty, space != name else { return nil }
                return space
            }
        } catch { return nil }  // What cannot be read is named as lost.
    }
}
