/// What a block of an answer of Anthropic's says of searches: they stand in the usage at the end, and in the content alone where
/// the answer breaks off before that or a host leaves them out.
///
/// A search is billed once, whatever it finds, and not if it comes to an error.
package struct AnthropicSearchBlock {
    package enum Word: Hashable, Sendable {
        case call, result
        /// A result that is an error.
        case failure
    }

    private var isCall = false
    private var isResult = false
    private var isOfSearch = false
    private var isError = false

    /// Nil where it says nothing of searches.
    var word: Word? {
        if isCall { return isOfSearch ? .call : nil }
        guard isResult else { return nil }
        return isError ? .failure : .result
    }

    /// Takes in a member that is a string.
    mutating func take(_ text: JSONText, _ key: JSONText) {
        if key.equals("type") {
            isCall = text.equals("server_tool_use")
            isResult = text.equals("web_search_tool_result")
        } else if key.equals("name") {
            isOfSearch = text.equals("web_search")
        }
    }

    /// Reads past a member. What was found is a list, and an error is an object.
    mutating func member(_ cursor: inout JSONCursor, _ key: JSONText) throws(JSONError) {
        switch try cursor.kind() {
        case .string: take(try cursor.string(), key)
        case .object:
            if key.equals("content") { isError = true }
            try cursor.skipValue()
        default: try cursor.skipValue()
        }
    }

    /// The same as ``word`` of `block`.
    static func word(of block: JSONValue) -> Word? {
        if block["type"]?.equals("server_tool_use") == true {
            return block["name"]?.equals("web_search") == true ? .call : nil
        }
        guard block["type"]?.equals("web_search_tool_result") == true else { return nil }
        return block["content"]?.kind == .object ? .failure : .result
    }
}
