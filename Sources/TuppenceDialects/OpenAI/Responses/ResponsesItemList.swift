/// The items that a kept answer was asked with, as `GET /v1/responses/{id}/input_items` lists them.
///
/// Source: https://platform.openai.com/docs/api-reference/responses/input-items (read 2026-11).
package struct ResponsesItemList {
    /// Whether the first thing said comes first.
    package var isAscending = false
    /// The id of the item before the first one wanted; nil for the beginning.
    package var after: String?
    package var limit = 20

    package init() {}

    /// - Parameters:
    ///   - kept: see ``ResponsesConversation/kept(_:answer:)``.
    ///   - id: of the answer.
    package func write(_ kept: [UInt8], of id: String) -> [UInt8] {
        let all = ResponsesConversation.input(kept).enumerated().map { Item($1, named: "item_\(id)_\($0)") }
        var items = (isAscending ? all : all.reversed())[...]
        if let after {
            // Behind one that is not there is nothing.
            items = items.drop { $0.id.decoded != after }.dropFirst()
        }
        let page = items.prefix(limit)
        var json = JSONWriter(reserving: kept.count)
        json.object { json in
            json.member("object", literal: "list")
            json.member("data", array: { json in for item in page { item.write(into: &json) } })
            json.member("first_id", page.first?.id)
            json.member("last_id", page.last?.id)
            json.member("has_more", items.count > page.count)
        }
        return json.bytes
    }

    /// An item in full: callers may leave out what is understood by itself, and readers of lists may not.
    private struct Item {
        private let raw: RawJSON
        let id: JSONString
        private var hasID = false
        private var hasType = false
        private var isSaidByModel = false

        init(_ raw: RawJSON, named name: String) {
            self.raw = raw
            var id: JSONString?
            var (hasType, isSaidByModel) = (false, false)
            Self.read(raw) { member in
                if member.name.equals("id") { id = member.value.string }
                if member.name.equals("type") { hasType = member.value.string != nil }
                if member.name.equals("role") { isSaidByModel = member.value.equals("assistant") }
            }
            self.id = id ?? JSONString(name)
            (hasID, self.hasType, self.isSaidByModel) = (id != nil, hasType, isSaidByModel)
        }

        private static func read(_ raw: RawJSON, _ body: (JSONValue.Member) -> Void) {
            do throws(JSONError) {
                try raw.read { value in for member in value.members { body(member) } }
            } catch { return }  // It was read when the list was: nothing in it is left out.
        }

        func write(into json: inout JSONWriter) {
            json.object { json in
                if !hasID { json.member("id", id) }
                if !hasType { json.member("type", literal: "message") }
                Self.read(raw) { member in
                    if !hasID && member.name.equals("id") || !hasType && member.name.equals("type") { return }
                    guard member.name.equals("content"), let text = member.value.string else {
                        json.name(key: member.key)
                        return json.value(member.value.raw)
                    }
                    json.member("content", array: { $0.object { write(text, into: &$0) } })
                }
            }
        }

        private func write(_ text: JSONString, into json: inout JSONWriter) {
            json.member("type", literal: isSaidByModel ? "output_text" : "input_text")
            json.member("text", text)
            if isSaidByModel { json.member("annotations", array: { _ in }) }
        }
    }
}
