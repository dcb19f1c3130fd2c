/// A request whose input has items that are nothing but the ids of an earlier answer's, and what is put in their places.
///
/// Vercel's AI SDK sends what the model has said so, unless it is told `store: false`: with `previousResponseId`, too, where the
/// items stand in the conversation already. OpenAI refuses that ("Duplicate item found"); here each stands where it was said.
///
/// Source: https://platform.openai.com/docs/api-reference/responses/create (item reference);
/// https://github.com/vercel/ai, convert-to-openai-responses-input.ts and pull request 15492 (all read 2026-11).
package struct ReferencedItems {
    /// An item of the input; of a reference that is still open, the id.
    private struct Item {
        /// Nil for one that is left out.
        var bytes: ArraySlice<UInt8>?
        var id: String?
    }

    private let body: [UInt8]
    /// Where the input stands.
    private let input: Range<Int>
    private var items: [Item] = []

    /// - Returns: nil for a request without any.
    package init?(_ body: [UInt8]) {
        guard let input = ResponsesConversation.members(of: body, ["input"])[0] else { return nil }
        self.body = body
        self.input = input
        var items: [Item] = []
        /// The ids of the items that are there.
        var ids: Set<String> = []
        let isList = body.withUnsafeBytes { bytes -> Bool in
            var cursor = JSONCursor(bytes, at: input.lowerBound)
            do throws(JSONError) {
                try cursor.elements { (cursor) throws(JSONError) in
                    _ = try cursor.kind()
                    let start = cursor.position
                    let (id, isReference) = try Self.id(&cursor)
                    if let id, !isReference { ids.insert(id) }
                    items.append(Item(bytes: body[start..<cursor.position], id: isReference ? id : nil))
                }
                return true
            } catch { return false }  // It was read when the body was, so this does not happen.
        }
        guard isList, items.contains(where: { $0.id != nil }) else { return nil }
        for index in items.indices {
            guard let id = items[index].id, !ids.insert(id).inserted else { continue }
            items[index] = Item(bytes: nil, id: nil)
        }
        self.items = items
    }

    /// The last item that is still to be found: its answer's conversation has most of those before it.
    package var next: String? { items.last { $0.id != nil }?.id }

    /// How many bytes the body would have.
    package var count: Int { items.reduce(body.count - input.count + 1) { $0 + ($1.bytes?.count ?? 0) + 1 } }

    /// Puts in what an answer and its conversation have.
    ///
    /// - Parameters:
    ///   - kept: see ``ResponsesConversation/kept(_:answer:leavingOutThoughts:)``.
    ///   - leavesOutThoughts: whether those are left out that only another provider knows, by their ids.
    /// - Returns: false where ``next`` is not among them.
    package mutating func take(from kept: [UInt8], leavingOutThoughts leavesOutThoughts: Bool) -> Bool {
        let found = Self.items(of: kept)
        guard let next, found[next] != nil else { return false }
        for index in items.indices {
            guard let id = items[index].id, let item = found[id] else { continue }
            items[index] = Item(bytes: leavesOutThoughts && item.isUnsaidThought ? nil : item.raw.bytes, id: nil)
        }
        return true
    }

    /// The body with the items in it.
    package var resolved: [UInt8] {
        var resolved = Array(body[..<input.lowerBound])
        resolved.append(UInt8(ascii: "["))
        resolved += items.compactMap(\.bytes).joined(separator: [UInt8(ascii: ",")])
        resolved.append(UInt8(ascii: "]"))
        resolved += body[input.upperBound...]
        return resolved
    }

    /// The id of an item, and whether the item is nothing but a reference to it.
    private static func id(_ cursor: inout JSONCursor) throws(JSONError) -> (id: String?, isReference: Bool) {
        var id: String?
        var isReference = false
        try cursor.members { (cursor, key) throws(JSONError) in
            if key.equals("id") {
                id = try cursor.text()
            } else if key.equals("type"), try cursor.kind() == .string {
                isReference = try cursor.string().equals(typeName)
            } else {
                try cursor.skipValue()
            }
        }
        return (id, isReference)
    }

    static let typeName: StaticString = "item_reference"

    private struct KeptItem {
        let raw: RawJSON
        /// Whether it is a thought that was not sent along.
        let isUnsaidThought: Bool
    }

    /// The items of an answer and of the conversation before it, by their ids.
    private static func items(of kept: [UInt8]) -> [String: KeptItem] {
        var found: [String: KeptItem] = [:]
        let answer = ResponsesConversation.answer(kept)
        let output = answer.flatMap { answer in
            ResponsesConversation.members(of: answer, ["output"])[0].flatMap { RawJSON(Array(answer[$0])) }
        }
        let said = output.map { ResponsesConversation.elements(of: $0) } ?? []
        for raw in ResponsesConversation.input(kept) + said {
            do throws(JSONError) {
                try raw.read { item in
                    guard let id = item["id"]?.string else { return }
                    let isThought = item["type"]?.equals("reasoning") == true
                    let isSaid = item["encrypted_content"]?.string != nil
                    found[id.decoded] = KeptItem(raw: raw, isUnsaidThought: isThought && !isSaid)
                }
            } catch { continue }  // It was read when the list was.
        }
        return found
    }
}

extension ResponsesConversation {
    /// The ids of an answer's items, by which later requests may refer to them.
    package static func itemIDs(_ answer: [UInt8]) -> [String] {
        var ids: [String] = []
        answer.withUnsafeBytes { bytes in
            do throws(JSONError) {
                try JSONCursor.document(bytes) { (cursor, key) throws(JSONError) in
                    guard key.equals("output") else { return _ = try cursor.skipValue() }
                    try cursor.elements { (cursor) throws(JSONError) in
                        try cursor.members { (cursor, key) throws(JSONError) in
                            guard key.equals("id") else { return _ = try cursor.skipValue() }
                            if let id = try cursor.text(), ids.count < mostItems { ids.append(id) }
                        }
                    }
                }
            } catch { ids = [] }  // What is no answer has no items.
        }
        return ids
    }

    /// No answer that means well has more.
    private static let mostItems = 1_000
}
