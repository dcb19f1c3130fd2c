import TuppenceCore

/// How often the provider may search for a request, or run another tool of its own, in the forms that chats have for it:
/// `web_search_options` (OpenAI, Perplexity), tools that are no functions of the caller's (`web_search_20250305` of
/// Anthropic's, `openrouter:web_search`, `x_search` …), `plugins` (OpenRouter) and `search_parameters` (xAI).
///
/// Sources: https://openrouter.ai/docs/guides/features/server-tools/web-search and …/plugins/web-search,
/// https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool (read 2026-11-26); xAI answers
/// `search_parameters` with 410 since 2026, and others have copied it.
struct SearchCount: Hashable, Sendable {
    var most: Int {
        // An older beta has no toolset for a server: all that it offers may be called.
        min(counted + max(servers - toolsets, 0) * Searches.unlessLimited, Searches.most)
    }
    private var counted = 0
    /// `mcp_servers` of Anthropic's, and the tools that name one.
    private var (servers, toolsets) = (0, 0)
    /// Beside these, the tools that the caller runs itself.
    private(set) var callersTools = 0
    /// Whether one of them has another model work on the request, as `advisor_20260301` of Anthropic's and
    /// `openrouter:advisor` do: at rates of its own, and as often and for as long as it likes.
    private(set) var asksAdvisor = false
    /// Whether a function has its name and schema beside its type, and not in a `function` of its own as OpenAI's chats want it.
    private(set) var hasFlatTools = false

    private mutating func add(_ count: Int?) {
        counted = min(counted + min(max(count ?? Searches.unlessLimited, 0), Searches.most), Searches.most)
    }

    /// Reads `web_search_options`: whatever it says, it asks for searches.
    mutating func addOptions(_ cursor: inout JSONCursor) throws(JSONError) {
        if try cursor.kind() != .null { add(nil) }
        try cursor.skipValue()
    }

    /// Reads `search_parameters`, whose `mode` may be `off`.
    mutating func addParameters(_ cursor: inout JSONCursor) throws(JSONError) {
        var isOff = false
        let isObject = try cursor.members { (cursor, key) throws(JSONError) in
            if key.equals("mode") { isOff = try cursor.text() == "off" } else { try cursor.skipValue() }
        }
        if isObject && !isOff { add(nil) }
    }

    /// Reads `plugins`, of which `web` searches.
    mutating func addPlugins(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.elements { (cursor) throws(JSONError) in
            var searches = false
            try cursor.members { (cursor, key) throws(JSONError) in
                if key.equals("id") {
                    searches = try cursor.text() == "web"
                } else {
                    try cursor.skipValue()
                }
            }
            if searches { add(nil) }
        }
    }

    /// Reads `mcp_servers`, whose tools their provider runs.
    mutating func addServers(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.elements { (cursor) throws(JSONError) in
            servers = min(servers + 1, Searches.most)
            try cursor.skipValue()
        }
    }

    /// Reads `tools` of Gemini's, which has its own beside `functionDeclarations`: what is asked for so often that nobody
    /// knows counts as often as is possible.
    mutating func addGeminiTools(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.elements { (cursor) throws(JSONError) in
            try cursor.members { (cursor, key) throws(JSONError) in
                let isCallers = key.equals("functionDeclarations") || key.equals("function_declarations")
                if isCallers {
                    try cursor.elements { (cursor) throws(JSONError) in
                        callersTools += 1
                        try cursor.skipValue()
                    }
                } else {
                    if try cursor.kind() != .null { add(nil) }
                    try cursor.skipValue()
                }
            }
        }
    }

    /// Reads `tools`, of which those that are no functions of the caller's are run by the provider.
    mutating func addTools(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.elements { (cursor) throws(JSONError) in
            var kind = ToolKind()
            var uses: Int?
            var (hasName, hasFunction, hasInputSchema) = (false, false, false)
            try cursor.members { (cursor, key) throws(JSONError) in
                if key.equals("name") { hasName = true }
                if key.equals("function") { hasFunction = true }
                if key.equals("input_schema") { hasInputSchema = true }
                if try kind.take(key, &cursor) {
                    return
                } else if key.equals("max_uses") {
                    uses = try cursor.tokenCount()
                } else if key.equals("parameters") {
                    // OpenRouter's; those of a function are a schema, and stand further in.
                    try cursor.members { (cursor, key) throws(JSONError) in
                        if key.equals("max_uses") {
                            uses = try cursor.tokenCount()
                        } else {
                            try cursor.skipValue()
                        }
                    }
                } else {
                    try cursor.skipValue()
                }
            }
            if kind.isAdvisor { asksAdvisor = true }
            if hasName, !hasFunction, kind.isFunction || hasInputSchema { hasFlatTools = true }
            if kind.isToolset { toolsets = min(toolsets + 1, Searches.most) }
            if kind.providers == nil { callersTools += 1 } else { add(uses) }
        }
    }

    /// Reads `functions`, as tools were called before.
    mutating func addFunctions(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.elements { (cursor) throws(JSONError) in
            callersTools += 1
            try cursor.skipValue()
        }
    }
}
