import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// `GET /v1/models` as Anthropic's clients know it (https://platform.claude.com/docs/en/api/models-list, read 2026-11),
/// with the facts that OpenAI's clients get. One page has all names unless the caller limits it.
enum AnthropicModelList {
    /// - Parameter head: whose query may have `limit`, `after_id` and `before_id`.
    static func json(_ snapshot: GatewaySnapshot, for key: Key, _ head: RequestHead) throws(Refusal) -> [UInt8] {
        let page = try Page(head)
        var entries = ModelList.entries(snapshot, for: key)[...]
        if let after = page.after, let place = entries.firstIndex(where: { $0.name == after }) {
            entries = entries[(place + 1)...]
        }
        if let before = page.before, let place = entries.firstIndex(where: { $0.name == before }) {
            entries = entries[..<place]
        }
        let hasMore = entries.count > page.limit
        // In front of a name, its nearest neighbours are meant.
        entries = page.before == nil ? entries.prefix(page.limit) : entries.suffix(page.limit)
        return JSONWriter.object(reserving: 4_096) { json in
            json.member(
                "data",
                array: { json in
                    for (name, route) in entries { write(name, route, snapshot, &json) }
                })
            json.member("has_more", hasMore)
            json.name("first_id")
            if let first = entries.first { json.value(JSONString(first.name)) } else { json.null() }
            json.name("last_id")
            if let last = entries.last { json.value(JSONString(last.name)) } else { json.null() }
        }
    }

    static func json(_ name: String, _ snapshot: GatewaySnapshot, for key: Key) throws(Refusal) -> [UInt8] {
        let route = try snapshot.policy.route(for: name)
        try key.check(mayUse: name)
        var json = JSONWriter()
        write(name, route, snapshot, &json)
        return json.bytes
    }

    private static func write(
        _ name: String, _ route: Route, _ snapshot: GatewaySnapshot, _ json: inout JSONWriter
    ) {
        let first = ModelList.first(of: route)
        json.object { json in
            json.member("type", literal: "model")
            json.member("id", JSONString(name))
            json.member("display_name", JSONString(name))
            json.member("created_at", JSONString(snapshot.since.iso8601))
            json.member("max_input_tokens", first?.contextLength)
            json.member("max_tokens", first?.maxOutputTokens)
            json.member("object", literal: "model")
            // Anthropic's `capabilities` are an object.
            ModelList.facts(name, route, snapshot, saysCapabilities: false, &json)
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
