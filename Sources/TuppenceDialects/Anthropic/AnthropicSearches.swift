/// The searches of which the content of an answer has told so far, for where its usage does not count them.
package struct AnthropicSearches: Hashable, Sendable {
    /// Its calls, less those that came to an error.
    private var called = 0
    /// Its results: what an answer has made that has come to its end. A call that it leaves open is run, and billed, in the
    /// next one, which may have the result alone.
    package private(set) var found = 0

    package init() {}

    /// What an answer has made that breaks off, whose last call may have been run.
    package var begun: Int { max(called, found) }

    package mutating func take(_ word: AnthropicSearchBlock.Word) {
        switch word {
        case .call: called += 1
        case .result: found += 1
        case .failure: called = max(0, called - 1)
        }
    }

    /// Those of the `content` at the cursor, which is a list of blocks or anything else.
    init(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.elements { (cursor) throws(JSONError) in
            var block = AnthropicSearchBlock()
            try cursor.members { (cursor, key) throws(JSONError) in try block.member(&cursor, key) }
            if let word = block.word { take(word) }
        }
    }

    init(_ content: JSONValue?) {
        guard let content, content.kind == .array else { return }
        for block in content.elements { if let word = AnthropicSearchBlock.word(of: block) { take(word) } }
    }
}
