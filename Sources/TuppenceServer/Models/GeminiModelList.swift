import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// `GET /v1beta/models` as Gemini's clients know it (https://ai.google.dev/api/models, read 2026-11). One page has all names of
/// what can be asked for by Gemini's methods here, chats and embeddings, unless the caller limits it. At `/v1/models`, where the
/// key alone shows whose client asks, OpenAI's list stands beside it.
enum GeminiModelList {
    /// - Parameter head: whose query may have `pageSize` and `pageToken`.
    static func json(_ snapshot: GatewaySnapshot, for key: Key, _ head: RequestHead) throws(Refusal) -> [UInt8] {
        let all = ModelList.entries(snapshot, for: key)
        var entries = all.filter { !methods(of: $0.route, snapshot).isEmpty }[...]
        if let token = head.query("pageToken") {
            guard let place = entries.firstIndex(where: { $0.name == token }) else {
                throw Refusal(
                    .invalidRequest, "'pageToken' must be one that an earlier page ended with.", parameter: "pageToken")
            }
            entries = entries[(place + 1)...]
        }
        var next: String?
        if let size = head.query("pageSize") {
            guard let count = Int(size), (1...1_000).contains(count) else {
                throw Refusal(
                    .invalidRequest, "'pageSize' must be a whole number from 1 to 1000.", parameter: "pageSize")
            }
            if entries.count > count { next = entries[entries.startIndex + count - 1].name }
            entries = entries.prefix(count)
        }
        return JSONWriter.object(reserving: 4_096) { json in
            json.member(
                "models",
                array: { json in
                    for (name, route) in entries { json.object { members(name, route, snapshot, &$0) } }
                })
            if let next { json.member("nextPageToken", JSONString(next)) }
            if isShared(head) { ModelList.write(all, snapshot, &json) }
        }
    }

    static func json(
        _ name: String, _ snapshot: GatewaySnapshot, for key: Key, _ head: RequestHead
    ) throws(Refusal) -> [UInt8] {
        let route = try snapshot.policy.route(for: name)
        try key.check(mayUse: name)
        return JSONWriter.object(reserving: 512) { json in
            members(name, route, snapshot, &json)
            if isShared(head) { ModelList.members(name, route, snapshot, &json) }
        }
    }

    private static func isShared(_ head: RequestHead) -> Bool { head.path.hasPrefix("/v1/") }

    /// What one of its targets at least can be asked for. What is not known is taken for a chat.
    private static func methods(of route: Route, _ snapshot: GatewaySnapshot) -> [JSONString] {
        let kinds = Set(route.choices.map { snapshot.policy.kind(of: $0.candidate) ?? .chat })
        var methods: [JSONString] = []
        if kinds.contains(.chat) { methods += ["generateContent", "streamGenerateContent", "countTokens"] }
        if kinds.contains(.embedding) { methods += ["embedContent", "batchEmbedContents"] }
        return methods
    }

    private static func members(
        _ name: String, _ route: Route, _ snapshot: GatewaySnapshot, _ json: inout JSONWriter
    ) {
        let first = ModelList.first(of: route)
        json.member("name", JSONString("models/" + name))
        json.member("displayName", JSONString(name))
        json.member("inputTokenLimit", first?.contextLength)
        json.member("outputTokenLimit", first?.maxOutputTokens)
        json.member(
            "supportedGenerationMethods",
            array: { json in
                for method in methods(of: route, snapshot) { json.value(method) }
            })
    }
}
