import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// `GET /v1/models` as Anthropic's clients know it (https://platform.claude.com/docs/en/api/models-list, read 2026-11). One
/// page has all names unless the caller limits it.
enum AnthropicModelList {
    /// - Parameter head: whose query may have `limit`, `after_id` and `before_id`.
    static func json(_ snapshot: GatewaySnapshot, for key: Key, _ head: RequestHead) throws(Refusal) -> [UInt8] {
        let page = try Page(head)
        var names = ModelList.entries(snapshot, for: key).map(\.name)[...]
        if let after = page.after, let place = names.firstIndex(of: after) { names = names[(place + 1)...] }
        if let before = page.before, let place = names.firstIndex(of: before) { names = names[..<place] }
        let hasMore = names.count > page.limit
        // In front of a name, its nearest neighbours are meant.
        names = page.before == nil ? names.prefix(page.limit) : names.suffix(page.limit)
        return JSONWriter.object(reserving: 4_096) { json in
            json.member(
                "data",
                array: { json in
                    for name in names { write(name, snapshot, &json) }
                })
            json.member("has_more", hasMore)
            json.name("first_id")
            if let first = names.first { json.value(JSONString(first)) } else { json.null() }
            json.name("last_id")
            if let last = names.last { json.value(JSONString(last)) } else { json.null() }
        }
    }

    static func json(_ name: String, _ snapshot: GatewaySnapshot, for key: Key) throws(Refusal) -> [UInt8] {
        _ = try snapshot.policy.route(for: name)
        try key.check(mayUse: name)
        var json = JSONWriter()
        write(name, snapshot, &json)
        return json.bytes
    }

    private static func write(_ name: String, _ snapshot: GatewaySnapshot, _ json: inout JSONWriter) {
        json.object { json in
            json.member("type", literal: "model")
            json.member("id", JSONString(name))
            json.member("display_name", JSONString(name))
            json.member("created_at", JSONString(snapshot.since.iso8601))
        }
    }

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
