import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// `GET /v1/models` as Anthropic's clients know it (https://platform.claude.com/docs/en/api/models-list, read 2026-11). One
/// page has all names unless the caller limits it.
enum AnthropicModelList {
    /// - Parameter head: whose query may have `limit`, `after_id` and `before_id`.
    static func json(_ snapshot: GatewaySnapshot, for key: Key, _ head: RequestHead) throws(Refusal) -> [UInt8] {
        let page = try Page(head)
        var names = ModelList.names(snapshot, for: key)[...]
        if let after = page.after, let place = names.firstIndex(of: after) { names = names[(place + 1)...] }
        if let before = page.before, let place = names.firstIndex(of: before) { names = names[..<place] }
        let hasMore = names.count > page.limit
        // In front of a name, its nearest neighbours are meant.
        names = page.before == nil ? names.prefix(page.limit) : names.suffix(page.limit)
        let entries = names.map { entry($0, snapshot) }
        return Array("{\"data\":[".utf8) + entries.joined(separator: [UInt8(ascii: ",")])
            + Array("],\"has_more\":\(hasMore),\"first_id\":".utf8) + quoted(names.first)
            + Array(",\"last_id\":".utf8) + quoted(names.last) + Array("}".utf8)
    }

    static func json(_ name: String, _ snapshot: GatewaySnapshot, for key: Key) throws(Refusal) -> [UInt8] {
        _ = try snapshot.policy.route(for: name)
        try key.check(mayUse: name)
        return entry(name, snapshot)
    }

    private static func entry(_ name: String, _ snapshot: GatewaySnapshot) -> [UInt8] {
        Array("{\"type\":\"model\",\"id\":".utf8) + JSONWriting.quoted(name) + Array(",\"display_name\":".utf8)
            + JSONWriting.quoted(name) + Array(",\"created_at\":".utf8) + JSONWriting.quoted(snapshot.since.iso8601)
            + Array("}".utf8)
    }

    private static func quoted(_ name: String?) -> [UInt8] { name.map { JSONWriting.quoted($0) } ?? Array("null".utf8) }

    private struct Page {
        var limit = Int.max
        var after: String?
        var before: String?

        init(_ head: RequestHead) throws(Refusal) {
            after = head.query("after_id")
            before = head.query("before_id")
            guard let text = head.query("limit") else { return }
            guard let count = Int(text), (1...1_000).contains(count) else {
                throw Refusal(.invalidRequest, "'limit' must be a whole number from 1 to 1000.", parameter: "limit")
            }
            limit = count
        }
    }
}
