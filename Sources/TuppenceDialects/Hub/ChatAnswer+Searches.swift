extension ChatAnswer {
    /// The searches of which its content tells, for where no usage counts them.
    package var searches: Int {
        choices.reduce(0) { sum, choice in sum + max(0, choice.content.reduce(0) { $0 + $1.searches }) }
    }
}

extension Block {
    /// How many it adds to those before it.
    fileprivate var searches: Int {
        guard case .native(let native) = self, native.isOfSearch else { return 0 }
        do throws(JSONError) {
            return try native.json.read { ResponsesSearches.isSearch($0) ? 1 : AnthropicSearchBlock.change(of: $0) }
        } catch { preconditionFailure("what is raw JSON was checked: \(error)") }
    }
}

extension NativeBlock {
    fileprivate var isOfSearch: Bool {
        type.equals("web_search_call") || type.equals("server_tool_use") || type.equals("web_search_tool_result")
    }
}
