/// One JSON document, taken apart in one pass into a flat list of values over its bytes.
///
/// Translation looks at members in any order and at some more than once; a tree makes that cheap, where a cursor would read
/// the same bytes once a level. Nothing is decoded or copied: values are places in the bytes.
package struct JSONTree {
    /// So many values at most, names of members among them; each takes sixteen bytes of memory, and up to five hundred where it
    /// is read as what it may stand for in a chat: a tool, say. Real requests have some ten thousand.
    package static let maximumValues = 1 << 18
    /// The same of an answer that is vectors: of 2,048 texts, as many as are embedded at once, with 4,096 numbers each. And of one
    /// with probabilities, see ``read(answer:_:)``.
    package static let maximumAnswerValues = 1 << 23 | 1 << 16

    struct Node {
        var kind: JSONCursor.Kind
        /// Of a string: whether it has escapes. Of a number: whether it is an integer. Of a bool: which.
        var flag = false
        /// Where the value stands; of a string what is between its quotes.
        var start: Int32
        var end: Int32 = 0
        /// Of a container: how many nodes it has, itself included.
        var span: Int32 = 1
    }

    let source: [UInt8]
    /// The bytes of `source`.
    let base: UnsafeRawPointer
    let nodes: UnsafePointer<Node>

    /// Calls `body` with the root of the document in `source`. A ``JSONValue`` is valid within this call only; what is
    /// taken from it (``JSONString``, ``RawJSON``) is valid for good.
    ///
    /// - Parameters:
    ///   - known: a part of the document that has been read before. All of the document is known for UTF-8 then.
    ///   - most: how many values it may have.
    /// - Throws: if the bytes are no JSON, no UTF-8, or beyond a bound; what `body` throws.
    package static func read<Result>(
        _ source: [UInt8], known: JSONRecording? = nil, most: Int = JSONTree.maximumValues,
        _ body: (JSONValue) throws(JSONError) -> Result
    ) throws(JSONError) -> Result {
        try source.withUnsafeBufferPointer { (pointer) throws(JSONError) -> Result in
            let bytes = UnsafeRawBufferPointer(pointer)
            guard bytes.count < Int32.max else { throw JSONError(0, "more than 2 GB of JSON") }
            if let known {
                precondition(known.documentSize == bytes.count, "a part is known of another document")
            } else if !isAllASCII(bytes) && !isValidUTF8(bytes) {
                throw JSONError(0, "the text is not valid UTF-8")
            }
            var builder = JSONTreeBuilder(bytes, known: known, most: most)
            defer { builder.deallocate() }
            let nodes = try builder.build()
            guard let base = bytes.baseAddress else { preconditionFailure("a document has a byte at least") }
            var tree = JSONTree(source: source, base: base, nodes: nodes)
            return try withUnsafePointer(to: &tree) { (tree) throws(JSONError) -> Result in
                try body(JSONValue(tree: tree, index: 0))
            }
        }
    }

    /// The same of a chat's answer, or an event of one: with as many values as a request beside probabilities of its tokens, of
    /// which it may have up to two hundred for each. Those are kept as text, never as what an element could stand for.
    package static func read<Result>(
        answer source: [UInt8], _ body: (JSONValue) throws(JSONError) -> Result
    ) throws(JSONError) -> Result {
        try read(source, most: maximumAnswerValues) { (root) throws(JSONError) -> Result in
            guard root.count <= maximumValues || root.countBesideProbabilities <= maximumValues else {
                throw JSONError.tooManyValues(root.offset, most: maximumValues)
            }
            return try body(root)
        }
    }
}

extension JSONValue {
    /// How many values this is, names of members among them.
    fileprivate var count: Int { Int(tree.pointee.nodes[index].span) }

    fileprivate var countBesideProbabilities: Int {
        guard count > 1 else { return 1 }
        var sum = 1
        for element in elements { sum += element.countBesideProbabilities }
        for member in members {
            switch member.name {
            // OpenAI's and Gemini's.
            case "logprobs", "logprobsResult": sum += 1
            default: sum += 1 + member.value.countBesideProbabilities
            }
        }
        return sum
    }
}
