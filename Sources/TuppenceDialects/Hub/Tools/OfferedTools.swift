/// The tools that may be called. A target that cannot choose among several is given no others.
struct OfferedTools {
    /// Nil: all of them.
    private let names: Set<JSONString>?

    /// All of them, as callers of the target's own dialect have said it.
    init() { names = nil }

    /// - Parameter tools: those that there are; a choice that names none of them is refused.
    init(_ choice: ToolChoice?, among tools: [Tool], _ losses: inout Losses) {
        guard case .among(let names, _) = choice else {
            self.names = nil
            return
        }
        self.names = Set(names)
        if !tools.contains(where: contains) {
            losses.add("tool_choice", .refused, "The choice names no tool of this request.")
        }
    }

    func contains(_ tool: Tool) -> Bool {
        guard let names else { return true }
        return switch tool {
        case .function(let function): names.contains(function.name)
        case .custom(let custom): names.contains(custom.name)
        case .native: false
        }
    }

    /// Names the tools of `tools` that the target has none like: those that are a provider's own, and those that take text.
    ///
    /// - Parameter takesCustom: whether the target has those that take text.
    /// - Returns: whether anything is left to be written: no target takes an empty list.
    func haveFunctions(of tools: [Tool], takesCustom: Bool = false, _ losses: inout Losses) -> Bool {
        var haveFunctions = false
        for (index, tool) in tools.enumerated() where contains(tool) {
            switch tool {
            case .function: haveFunctions = true
            case .custom: if takesCustom { haveFunctions = true } else { losses.add(customTool: index) }
            case .native(let type, _):
                losses.add(
                    "tools[\(index)]", .refused,
                    "The target has no tool of type '\(type.decoded)': it is its provider's own.")
            }
        }
        return haveFunctions
    }
}

extension Losses {
    /// Names a tool that takes text, for a target whose tools take JSON alone.
    ///
    /// - Parameter index: its place among the tools.
    mutating func add(customTool index: Int) {
        add(
            "tools[\(index)]", .refused,
            "The target has no tools that take free text (type 'custom'): offer a function with one argument of text.")
    }
}

extension ToolChoice {
    /// The choice in words that every dialect has, for a target that is given ``OfferedTools`` alone.
    ///
    /// - Parameter amongSeveral: whether the target has a word for that, too.
    /// - Returns: nil for what cannot be said.
    func plain(amongSeveral: Bool = false, _ losses: inout Losses) -> ToolChoice? {
        switch self {
        case .auto, .none, .required, .named: return self
        case .among(_, let isRequired): return amongSeveral ? self : isRequired ? .required : .auto
        case .validated:
            losses.add("tool_choice", .adjusted, "The target has no choice that holds arguments to their schemas.")
            return .auto
        case .native:
            losses.add("tool_choice", .refused, "The target cannot choose among tools in this way.")
            return nil
        }
    }
}
