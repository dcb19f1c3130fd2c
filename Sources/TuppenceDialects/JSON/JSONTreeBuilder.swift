/// Takes a document apart, without recursion.
struct JSONTreeBuilder {
    private var cursor: JSONCursor
    private var list: JSONNodeList
    /// A part that has been taken apart already, and where it begins.
    private let known: JSONRecording?
    private let knownStart: Int
    private let most: Int
    private var isObject = false
    private var depth = 0

    /// - Parameter known: of the same document.
    init(_ bytes: UnsafeRawBufferPointer, known: JSONRecording?, most: Int) {
        cursor = JSONCursor(bytes)
        list = JSONNodeList(for: bytes.count, most: most)
        self.most = most
        self.known = known
        knownStart = known?.range.lowerBound ?? -1
    }

    func deallocate() { list.deallocate() }

    mutating func build() throws(JSONError) -> UnsafePointer<JSONTree.Node> {
        repeat {
            try value()
            try closeContainers()
        } while list.container >= 0
        try cursor.end()
        if list.isOverfull { throw .tooManyValues(cursor.position, most: most) }
        return UnsafePointer(list.nodes)
    }

    /// Reads a scalar, or containers down to the first scalar or empty one.
    @inline(__always)
    private mutating func value() throws(JSONError) {
        while true {
            let kind = try cursor.kind()
            guard kind == .object || kind == .array else {
                return kind == .string ? try string() : try scalar(kind)
            }
            if cursor.position == knownStart, let known {
                list.append(contentsOf: known.values)
                return cursor.skip(to: known.range.upperBound)
            }
            guard depth < JSONCursor.maximumDepth else {
                throw JSONError(cursor.position, "more than \(JSONCursor.maximumDepth) levels of nesting")
            }
            depth &+= 1
            list.open(kind, at: cursor.position)
            isObject = kind == .object
            cursor.takeBracket()
            if cursor.take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) { return close() }
            if isObject { try name() }
        }
    }

    /// Closes what ends behind a value, up to where the next value begins.
    @inline(__always)
    private mutating func closeContainers() throws(JSONError) {
        while list.container >= 0 {
            if list.isOverfull { throw .tooManyValues(cursor.position, most: most) }
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
        depth &-= 1
        list.close(at: cursor.position)
        if list.container >= 0 { isObject = list.nodes[list.container].kind == .object }
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
        list.append(
            JSONTree.Node(
                kind: .string, flag: isEscaped, start: Int32(truncatingIfNeeded: start),
                end: Int32(truncatingIfNeeded: cursor.position &- 1)))
    }

    private mutating func scalar(_ kind: JSONCursor.Kind) throws(JSONError) {
        var node = JSONTree.Node(kind: kind, start: Int32(cursor.position))
        switch kind {
        case .number: node.flag = try cursor.number().isInteger
        case .bool: node.flag = try cursor.bool()
        default: try cursor.null()
        }
        node.end = Int32(cursor.position)
        list.append(node)
    }
}
