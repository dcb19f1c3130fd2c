/// Takes a document apart, without recursion. Its memory is managed by hand: this runs for every event of a stream.
struct JSONTreeBuilder {
    private var cursor: JSONCursor
    private var nodes: UnsafeMutablePointer<JSONTree.Node>
    private var capacity: Int
    private var count = 0
    /// The innermost container that is open, or -1. While it is, its `end` says in which one it stands.
    private var container = -1
    private var isObject = false
    private var depth = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        cursor = JSONCursor(bytes)
        capacity = min(bytes.count / 16 + 16, 4_096)
        nodes = .allocate(capacity: capacity)
    }

    func deallocate() { nodes.deallocate() }

    mutating func build() throws(JSONError) -> UnsafePointer<JSONTree.Node> {
        repeat {
            try value()
            try closeContainers()
        } while container >= 0
        try cursor.end()
        return UnsafePointer(nodes)
    }

    @inline(__always)
    private mutating func append(_ node: JSONTree.Node) throws(JSONError) {
        if count == capacity { try grow() }
        (nodes + count).initialize(to: node)
        count &+= 1
    }

    private mutating func grow() throws(JSONError) {
        guard count < JSONTree.maximumValues else {
            throw JSONError(cursor.position, "more than \(JSONTree.maximumValues) values")
        }
        capacity = min(capacity * 2, JSONTree.maximumValues)
        let larger = UnsafeMutablePointer<JSONTree.Node>.allocate(capacity: capacity)
        larger.moveInitialize(from: nodes, count: count)
        nodes.deallocate()
        nodes = larger
    }

    /// Reads a scalar, or containers down to the first scalar or empty one.
    @inline(__always)
    private mutating func value() throws(JSONError) {
        while true {
            let kind = try cursor.kind()
            guard kind == .object || kind == .array else {
                return kind == .string ? try string() : try scalar(kind)
            }
            guard depth < JSONCursor.maximumDepth else {
                throw JSONError(cursor.position, "more than \(JSONCursor.maximumDepth) levels of nesting")
            }
            depth &+= 1
            try append(
                JSONTree.Node(
                    kind: kind, start: Int32(truncatingIfNeeded: cursor.position),
                    end: Int32(truncatingIfNeeded: container)))
            container = count &- 1
            isObject = kind == .object
            cursor.takeBracket()
            if cursor.take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) { return close() }
            if isObject { try name() }
        }
    }

    /// Closes what ends behind a value, up to where the next value begins.
    @inline(__always)
    private mutating func closeContainers() throws(JSONError) {
        while container >= 0 {
            if cursor.take(UInt8(ascii: ",")) {
                if isObject { try name() }
                return
            }
            guard cursor.take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                throw JSONError(cursor.position, "a comma or a closing bracket is missing")
            }
            close()
        }
    }

    @inline(__always)
    private mutating func close() {
        let closed = container
        depth &-= 1
        container = Int(nodes[closed].end)
        nodes[closed].end = Int32(truncatingIfNeeded: cursor.position)
        nodes[closed].span = Int32(truncatingIfNeeded: count &- closed)
        if container >= 0 { isObject = nodes[container].kind == .object }
    }

    @inline(__always)
    private mutating func name() throws(JSONError) {
        cursor.skipWhitespace()
        try string()
        guard cursor.take(UInt8(ascii: ":")) else { throw JSONError(cursor.position, "a colon is missing") }
    }

    @inline(__always)
    private mutating func string() throws(JSONError) {
        let start = cursor.position &+ 1
        let isEscaped = cursor.takePlainString() ? false : try cursor.string().isEscaped
        try append(
            JSONTree.Node(
                kind: .string, flag: isEscaped, start: Int32(truncatingIfNeeded: start),
                end: Int32(truncatingIfNeeded: cursor.position &- 1)))
    }

    private mutating func scalar(_ kind: JSONCursor.Kind) throws(JSONError) {
        var node = JSONTree.Node(kind: kind, start: Int32(cursor.position))
        switch kind {
        case .number: node.flag = try cursor.number().isInteger
        case .bool: node.flag = try cursor.bool()
        default: try cursor.literal("null")
        }
        node.end = Int32(cursor.position)
        try append(node)
    }
}
