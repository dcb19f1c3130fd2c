/// The values of a document in the order in which they begin, as a ``JSONTree`` has them. Its memory is managed by hand:
/// this fills up for every event of a stream.
struct JSONNodeList {
    private(set) var nodes: UnsafeMutablePointer<JSONTree.Node>
    private(set) var count = 0
    /// The innermost container that is open, or -1. While it is, its `end` says in which one it stands.
    private(set) var container = -1
    /// Whether there were more values than a tree has: those beyond are not in it.
    private(set) var isOverfull = false
    private var capacity: Int
    /// How many there may be.
    private let most: Int

    /// - Parameter bytes: how long the document is.
    init(for bytes: Int, most: Int = JSONTree.maximumValues) {
        self.most = most
        capacity = min(bytes / 16 + 16, 4_096, most)
        nodes = .allocate(capacity: capacity)
    }

    func deallocate() { nodes.deallocate() }

    @inline(__always)
    mutating func append(_ node: JSONTree.Node) {
        if count == capacity { grow(to: capacity * 2) }
        if isOverfull { return }
        (nodes + count).initialize(to: node)
        count &+= 1
    }

    @inline(__always)
    mutating func open(_ kind: JSONCursor.Kind, at start: Int) {
        append(
            JSONTree.Node(
                kind: kind, start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: container)))
        container = count &- 1
    }

    /// Closes the innermost container.
    @inline(__always)
    mutating func close(at end: Int) {
        if isOverfull { return }
        let closed = container
        container = Int(nodes[closed].end)
        nodes[closed].end = Int32(truncatingIfNeeded: end)
        nodes[closed].span = Int32(truncatingIfNeeded: count &- closed)
    }

    /// Appends values that are whole.
    mutating func append(contentsOf other: JSONNodeList) {
        guard !isOverfull, count + other.count <= most else { return isOverfull = true }
        if count + other.count > capacity { grow(to: max(capacity * 2, count + other.count)) }
        (nodes + count).initialize(from: other.nodes, count: other.count)
        count &+= other.count
    }

    /// As far as there may be values; overfull where there is no room then.
    private mutating func grow(to wanted: Int) {
        guard capacity < most else { return isOverfull = true }
        capacity = min(wanted, most)
        let larger = UnsafeMutablePointer<JSONTree.Node>.allocate(capacity: capacity)
        larger.moveInitialize(from: nodes, count: count)
        nodes.deallocate()
        nodes = larger
    }
}

/// The values of a part of a document, noted while somebody else read it: whoever takes the document apart need not read
/// that part again.
package final class JSONRecording {
    let values: JSONNodeList
    /// How long the document is that they are of.
    let documentSize: Int

    /// - Parameter values: one whole value.
    init(_ values: JSONNodeList, documentSize: Int) {
        self.values = values
        self.documentSize = documentSize
    }

    deinit { values.deallocate() }

    /// Where the part stands.
    var range: Range<Int> { Int(values.nodes[0].start)..<Int(values.nodes[0].end) }
}
