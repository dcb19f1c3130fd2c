/// A value of a ``JSONTree``: a place, which costs nothing to copy. Valid as long as the call that gave it.
///
/// Looking for what is not there gives nil, so that a reader says what it expects and passes over the rest.
package struct JSONValue {
    let tree: UnsafePointer<JSONTree>
    let index: Int

    @inline(__always)
    private var node: JSONTree.Node { tree.pointee.nodes[index] }

    /// Where a node stands in the document.
    @inline(__always)
    private func bytes(of node: JSONTree.Node) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: tree.pointee.base + Int(node.start), count: Int(node.end &- node.start))
    }

    package var kind: JSONCursor.Kind { node.kind }
    package var isNull: Bool { node.kind == .null }
    /// Where the value begins in the document, for error messages.
    package var offset: Int { Int(node.start) }

    // MARK: Scalars

    package var bool: Bool? { node.kind == .bool ? node.flag : nil }

    /// The string as it stands in the document, to look at.
    @inline(__always)
    package var text: JSONText? {
        let node = node
        guard node.kind == .string else { return nil }
        return JSONText(bytes: bytes(of: node), isEscaped: node.flag)
    }

    /// The string, to keep.
    package var string: JSONString? {
        let node = node
        guard node.kind == .string else { return nil }
        return JSONString(escaped: tree.pointee.source[Int(node.start)..<Int(node.end)], isEscaped: node.flag)
    }

    /// A number that is written as an integer and fits.
    package var integer: Int? {
        let node = node
        guard node.kind == .number else { return nil }
        return JSONNumber(bytes: bytes(of: node), isInteger: node.flag).integer
    }

    /// A number as it is written.
    package var number: RawJSON? { node.kind == .number ? raw : nil }

    package func equals(_ text: StaticString) -> Bool { self.text?.equals(text) == true }

    /// The value as it is written, quotes included.
    package var raw: RawJSON {
        let node = node
        let quotes = node.kind == .string ? 1 : 0
        return RawJSON(checked: tree.pointee.source[(Int(node.start) - quotes)..<(Int(node.end) + quotes)])
    }

    /// The bytes of a value that is no string.
    func withBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws(JSONError) -> Result
    ) throws(JSONError) -> Result {
        try body(bytes(of: node))
    }

    // MARK: Containers

    /// The value of the first member called `name`; nil if there is none, or this is no object.
    package subscript(_ name: StaticString) -> JSONValue? {
        for member in members where member.name.equals(name) { return member.value }
        return nil
    }

    /// The members of an object in order; none of anything else.
    package var members: Members {
        let node = node
        return Members(tree: tree, at: index + 1, end: node.kind == .object ? index + Int(node.span) : index)
    }

    /// The elements of an array in order; none of anything else.
    package var elements: Elements {
        let node = node
        return Elements(tree: tree, at: index + 1, end: node.kind == .array ? index + Int(node.span) : index)
    }

    package var isEmpty: Bool { node.span == 1 }

    package struct Member {
        package let name: JSONText
        package let value: JSONValue

        /// The name, to keep.
        package var key: JSONString { JSONValue(tree: value.tree, index: value.index - 1).string ?? "" }
    }

    package struct Members: Sequence, IteratorProtocol {
        let tree: UnsafePointer<JSONTree>
        var at: Int
        let end: Int

        package mutating func next() -> Member? {
            guard at < end, let name = JSONValue(tree: tree, index: at).text else { return nil }
            let value = JSONValue(tree: tree, index: at + 1)
            at += 1 + Int(tree.pointee.nodes[at + 1].span)
            return Member(name: name, value: value)
        }
    }

    package struct Elements: Sequence, IteratorProtocol {
        let tree: UnsafePointer<JSONTree>
        var at: Int
        let end: Int

        package mutating func next() -> JSONValue? {
            guard at < end else { return nil }
            let value = JSONValue(tree: tree, index: at)
            at += Int(tree.pointee.nodes[at].span)
            return value
        }
    }
}

/// So that a `switch` over the name of a member can list names.
@inline(__always)
package func ~= (name: StaticString, text: JSONText) -> Bool { text.equals(name) }
