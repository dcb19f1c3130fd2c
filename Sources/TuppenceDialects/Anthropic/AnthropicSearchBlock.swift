/// What a block of an answer of Anthropic's says of searches: they stand in the usage at the end, and in the content alone where
/// the answer breaks off before that or a host leaves them out.
///
/// A search is billed once, whatever it finds, and not if it comes to an error.
struct AnthropicSearchBlock {
    private var isCall = false
    private var isResult = false
    private var isOfSearch = false
    private var isError = false

    /// How many searches it adds to those before it: one as a call, and less one as a result that is an error.
    var change: Int {
        if isCall, isOfSearch { return 1 }
        return isResult && isError ? -1 : 0
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

    /// Counts them in the `content` at the cursor, which is a list of blocks or anything else.
    static func count(_ cursor: inout JSONCursor) throws(JSONError) -> Int {
        var count = 0
        try cursor.elements { (cursor) throws(JSONError) in
            var block = AnthropicSearchBlock()
            try cursor.members { (cursor, key) throws(JSONError) in try block.member(&cursor, key) }
            count += block.change
        }
        return max(0, count)
    }

    static func count(in content: JSONValue?) -> Int {
        guard let content, content.kind == .array else { return 0 }
        return max(0, content.elements.reduce(0) { $0 + change(of: $1) })
    }

    /// The same as ``change`` of `block`.
    static func change(of block: JSONValue) -> Int {
        if block["type"]?.equals("server_tool_use") == true {
            return block["name"]?.equals("web_search") == true ? 1 : 0
        }
        return block["type"]?.equals("web_search_tool_result") == true && block["content"]?.kind == .object ? -1 : 0
    }
}
