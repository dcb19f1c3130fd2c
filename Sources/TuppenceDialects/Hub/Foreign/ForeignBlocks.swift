/// What becomes, in other dialects, of blocks that only their own has.
extension NativeBlock {
    /// Whether it is a trace of what its provider did itself (a search, code that it ran, a picture that it made): what came of
    /// it is in the text behind it.
    private var isProvidersWork: Bool {
        switch type {
        // Anthropic's.
        case "web_search_tool_result", "web_fetch_tool_result", "tool_search_tool_result", "code_execution_tool_result",
            "bash_code_execution_tool_result", "text_editor_code_execution_tool_result":
            true
        case "server_tool_use": isToolOfAnthropics
        // Of Responses. Custom calls are xAI's searches on X here: others are calls, see ``ResponsesItems/block(_:)``.
        case "web_search_call", "file_search_call", "x_search_call", "custom_tool_call", "code_interpreter_call",
            "image_generation_call", "mcp_list_tools":
            true
        case "tool_search_call", "tool_search_output": !isExecutedByCaller
        // Gemini's.
        case "executableCode", "executable_code", "codeExecutionResult", "code_execution_result": true
        default: false
        }
    }

    /// Whether it is a search for tools that the caller has made: what it gave are tools that the model may call from then on,
    /// and stands nowhere else. What a provider has found stands among the tools.
    private var isExecutedByCaller: Bool {
        do throws(JSONError) {
            return try json.read { $0["execution"]?.equals("client") == true }
        } catch { return true }  // What cannot be read is refused.
    }

    private var isToolOfAnthropics: Bool {
        do throws(JSONError) {
            return try json.read { block in
                guard let name = block["name"]?.text else { return false }
                switch name {
                case "web_search", "web_fetch", "code_execution", "bash_code_execution", "text_editor_code_execution":
                    return true
                default: return name.hasPrefix("tool_search_tool")
                }
            }
        } catch { return false }  // What cannot be read is refused.
    }

    /// What is lost without it, for a dialect that is not its own: a provider's work is a hint, and all else is a part of the
    /// conversation, such as what a tool of the caller's has given.
    fileprivate func loss(in place: String) -> Loss {
        isProvidersWork
            ? Loss(
                place, .dropped,
                "The target does not know content of type '\(type.decoded)', and goes by what was said of it.")
            : Loss(place, .refused, "The target does not know content of type '\(type.decoded)'.")
    }
}

extension Losses {
    /// Names a block that only the dialect of origin has.
    mutating func add(_ native: NativeBlock, in place: @autoclosure () -> String) {
        let loss = native.loss(in: place())
        add(loss.field, loss.effect, loss.reason)
    }
}
