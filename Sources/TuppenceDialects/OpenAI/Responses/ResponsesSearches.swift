/// The searches that an answer of Responses made, which its usage does not count: its items of type `web_search_call`.
///
/// Of what such a call does, `search` is charged for, and opening a page or looking for something in one is not
/// (https://platform.openai.com/docs/guides/tools-web-search, read 2026-11-29). Older answers do not say what it did.
enum ResponsesSearches {
    /// Counts them in the `output` at the cursor, an array.
    static func count(_ cursor: inout JSONCursor) throws(JSONError) -> Int {
        var count = 0
        try cursor.array { (cursor) throws(JSONError) in if try isSearch(&cursor) { count += 1 } }
        return count
    }

    static func count(_ output: JSONValue) -> Int {
        output.elements.reduce(0) { $0 + (isSearch($1) ? 1 : 0) }
    }

    static func isSearch(_ item: JSONValue?) -> Bool {
        item?["type"]?.equals("web_search_call") == true && item?["action"]?["type"]?.equals("search") != false
    }

    /// Reads the item at the cursor.
    static func isSearch(_ cursor: inout JSONCursor) throws(JSONError) -> Bool {
        var isCall = false
        var searches = true
        try cursor.members { (cursor, key) throws(JSONError) in
            if key.equals("type"), try cursor.kind() == .string {
                isCall = try cursor.string().equals("web_search_call")
            } else if key.equals("action") {
                try cursor.members { (cursor, key) throws(JSONError) in
                    if key.equals("type"), try cursor.kind() == .string {
                        searches = try cursor.string().equals("search")
                    } else {
                        try cursor.skipValue()
                    }
                }
            } else {
                try cursor.skipValue()
            }
        }
        return isCall && searches
    }
}
