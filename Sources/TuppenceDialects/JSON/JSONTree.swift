/// One JSON document, taken apart in one pass into a flat list of values over its bytes.
///
/// Translation looks at members in any order and at some more than once; a tree makes that cheap, where a cursor would read
/// the same bytes once a level. Nothing is decoded or copied: values are places in the bytes.
package struct JSONTree {
    /// So many values at most, names of members among them; each takes sixteen bytes of memory.
    package static let maximumValues = 1 << 18

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
    let bytes: UnsafeRawBufferPointer
    let nodes: UnsafeBufferPointer<Node>

    /// Calls `body` with the root of the document in `source`. A ``JSONValue`` is valid within this call only; what is
    /// taken from it (``JSONString``, ``RawJSON``) is valid for good.
    ///
    /// - Throws: if the bytes are no JSON, no UTF-8, or beyond a bound; what `body` throws.
    package static func read<Result>(
        _ source: [UInt8], _ body: (JSONValue) throws(JSONError) -> Result
    ) throws(JSONError) -> Result {
        try source.withUnsafeBufferPointer { (pointer) throws(JSONError) -> Result in
            let bytes = UnsafeRawBufferPointer(pointer)
            guard isAllASCII(bytes) || isValidUTF8(bytes) else { throw JSONError(0, "the text is not valid UTF-8") }
            let nodes = try build(bytes)
            return try nodes.withUnsafeBufferPointer { (nodes) throws(JSONError) -> Result in
                var tree = JSONTree(source: source, bytes: bytes, nodes: nodes)
                return try withUnsafePointer(to: &tree) { (tree) throws(JSONError) -> Result in
                    try body(JSONValue(tree: tree, index: 0))
                }
            }
        }
    }

    private static func build(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> [Node] {
        guard bytes.count < Int32.max else { throw JSONError(0, "more than 2 GB of JSON") }
        var nodes: [Node] = []
        nodes.reserveCapacity(min(bytes.count / 24 + 16, 4_096))
        var open: [Int] = []
        var cursor = JSONCursor(bytes)
        repeat {
            try openValue(&cursor, &nodes, &open)
            try closeContainers(&cursor, &nodes, &open)
        } while !open.isEmpty
        try cursor.end()
        return nodes
    }

    /// Reads a scalar, or containers down to the first scalar or empty one.
    private static func openValue(
        _ cursor: inout JSONCursor, _ nodes: inout [Node], _ open: inout [Int]
    ) throws(JSONError) {
        while true {
            let kind = try cursor.kind()
            guard nodes.count < maximumValues else {
                throw JSONError(cursor.position, "more than \(maximumValues) values")
            }
            guard kind == .object || kind == .array else { return nodes.append(try scalar(&cursor, kind)) }
            guard open.count < JSONCursor.maximumDepth else {
                throw JSONError(cursor.position, "more than \(JSONCursor.maximumDepth) levels of nesting")
            }
            open.append(nodes.count)
            nodes.append(Node(kind: kind, start: Int32(cursor.position)))
            _ = cursor.take(kind == .object ? UInt8(ascii: "{") : UInt8(ascii: "["))
            if cursor.take(kind == .object ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                return close(cursor.position, &nodes, &open)
            }
            if kind == .object { try name(&cursor, &nodes) }
        }
    }

    /// Closes what ends behind a value, up to where the next value begins.
    private static func closeContainers(
        _ cursor: inout JSONCursor, _ nodes: inout [Node], _ open: inout [Int]
    ) throws(JSONError) {
        while let container = open.last {
            let isObject = nodes[container].kind == .object
            if cursor.take(UInt8(ascii: ",")) {
                if isObject { try name(&cursor, &nodes) }
                return
            }
            guard cursor.take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                throw JSONError(cursor.position, "a comma or a closing bracket is missing")
            }
            close(cursor.position, &nodes, &open)
        }
    }

    private static func close(_ end: Int, _ nodes: inout [Node], _ open: inout [Int]) {
        let container = open.removeLast()
        nodes[container].end = Int32(end)
        nodes[container].span = Int32(nodes.count - container)
    }

    private static func name(_ cursor: inout JSONCursor, _ nodes: inout [Node]) throws(JSONError) {
        cursor.skipWhitespace()
        nodes.append(try scalar(&cursor, .string))
        guard cursor.take(UInt8(ascii: ":")) else { throw JSONError(cursor.position, "a colon is missing") }
    }

    private static func scalar(_ cursor: inout JSONCursor, _ kind: JSONCursor.Kind) throws(JSONError) -> Node {
        var node = Node(kind: kind, start: Int32(cursor.position))
        switch kind {
        case .string:
            node.flag = try cursor.string().isEscaped
            node.start += 1
            node.end = Int32(cursor.position - 1)
            return node
        case .number: node.flag = try cursor.number().isInteger
        case .bool: node.flag = try cursor.bool()
        default: try cursor.literal("null")
        }
        node.end = Int32(cursor.position)
        return node
    }
}
