/// What becomes, in other dialects, of blocks that only their own has.
extension NativeBlock {
    /// Whether it is a search that its provider made itself, or what that found: what came of it is in the text behind it.
    private var isSearch: Bool {
        switch type {
        // Anthropic's.
        case "web_search_tool_result", "web_fetch_tool_result", "tool_search_tool_result": true
        case "server_tool_use": isSearchOfAnthropics
        // Of Responses. Custom calls are xAI's searches on X here: others are calls, see ``ResponsesItems/block(_:)``.
        case "web_search_call", "file_search_call", "x_search_call", "custom_tool_call": true
        default: false
        }
    }

    private var isSearchOfAnthropics: Bool {
        do throws(JSONError) {
            return try json.read { block in
                guard let name = block["name"]?.text else { return false }
                return name.equals("web_search") || name.equals("web_fetch") || name.hasPrefix("tool_search_tool")
            }
        } catch { return false }  // What cannot be read is refused.
    }

    /// What is lost without it, for a dialect that is not its own: a search is a hint, and all else is a part of the
    /// conversation, such as what a tool of the caller's has given.
    fileprivate func loss(in place: String) -> Loss {
        isSearch
            ? Loss(
                place, .dropped,
                "The target does not know content of type '\(type.decoded)', and goes by what was said of the search.")
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
