/// Who runs a tool: its caller, or a provider, who charges for that in ways of its own.
///
/// Sources: https://platform.openai.com/docs/guides/tools and …/guides/tools-shell, -tool-search, -computer-use (read
/// 2026-11); a type that is none of the caller's below is a provider's.
struct ToolKind {
    /// The first type of those given that is a provider's, but for what decides it.
    private var others: JSONText?
    private var shell, search: JSONText?
    private var (isLocal, isClients) = (false, false)
    /// Whether it has another model work on the request.
    private(set) var isAdvisor = false
    /// Whether it stands for the tools of a server that its provider asks.
    private(set) var isToolset = false
    /// Whether it is a function, as one is that does not say what it is.
    private(set) var isFunction = true

    /// The type by which a provider runs it; nil if the caller does.
    var providers: JSONText? { others ?? (isLocal ? nil : shell) ?? (isClients ? nil : search) }

    /// Reads a member of a tool.
    ///
    /// - Returns: false for one that does not tell.
    mutating func take(_ key: JSONText, _ cursor: inout JSONCursor) throws(JSONError) -> Bool {
        if key.equals("type"), try cursor.kind() == .string {
            let type = try cursor.string()
            isFunction = type.equals("function")
            if type.hasPrefix("advisor_") || type.equals("openrouter:advisor") { isAdvisor = true }
            if type.equals("mcp_toolset") { isToolset = true }
            if type.equals("shell") {
                shell = type
            } else if type.equals("tool_search") {
                search = type
            } else if !Self.isCallers(type), others == nil {
                others = type
            }
        } else if key.equals("environment"), try cursor.kind() == .object {
            // A provider's is a container, which costs by the minute.
            try cursor.object { (cursor, key) throws(JSONError) in
                if key.equals("type") { isLocal = try cursor.text() == "local" } else { try cursor.skipValue() }
            }
        } else if key.equals("execution") {
            isClients = try cursor.text() == "client"
        } else {
            return false
        }
        return true
    }

    /// Its functions, in Responses its shell, editor, screen and mouse, and those of Anthropic's that have a date behind their
    /// names.
    private static func isCallers(_ type: JSONText) -> Bool {
        type.equals("function") || type.equals("custom") || type.equals("local_shell") || type.equals("apply_patch")
            || type.equals("namespace") || type.equals("computer") || type.equals("computer_use_preview")
            || type.hasPrefix("bash_2") || type.hasPrefix("text_editor_2") || type.hasPrefix("computer_2")
            || type.hasPrefix("memory_2")
    }
}
