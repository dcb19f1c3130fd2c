/// The tools that may be called. A target that cannot choose among several is given no others.
struct OfferedTools {
    /// Nil: all of them.
    private let names: Set<JSONString>?

    init(_ choice: ToolChoice?) {
        if case .among(let names, _) = choice { self.names = Set(names) } else { names = nil }
    }

    func contains(_ tool: Tool) -> Bool {
        guard let names else { return true }
        return switch tool {
        case .function(let function): names.contains(function.name)
        case .native: false
        }
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
