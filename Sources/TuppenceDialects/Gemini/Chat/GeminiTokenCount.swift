import TuppenceCore

/// `countTokens`: how many tokens a prompt has.
///
/// Source: https://ai.google.dev/api/tokens (read 2026-11).
package enum GeminiTokenCount {
    /// The prompt that is to be counted: the body, or what it has under `generateContentRequest`.
    package static func readRequest(_ body: [UInt8], address: RequestAddress) throws(Refusal) -> ChatRequest {
        var inner: RawJSON?
        do throws(JSONError) {
            try JSONTree.read(body) { root in
                inner = root.member("generateContentRequest", or: "generate_content_request")?.raw
            }
        } catch { throw .invalidJSON(error) }
        return try GeminiRequestReader.read(inner.map { Array($0.bytes) } ?? body, address: address)
    }

    package static func write(_ request: ChatRequest, to target: OutboundTarget, host: GeminiChat.Host)
        -> OutboundRequest
    {
        var outbound = GeminiRequestWriter.write(request, to: target, host: host)
        outbound.path = GeminiAddress.path(model: target.model, host: host, method: .countTokens)
        // Vertex takes the members by themselves; AI Studio counts instructions and tools only within a whole request.
        guard host == .aiStudio else { return outbound }
        let members = Array(outbound.body.dropFirst().dropLast())
        var json = JSONWriter(reserving: outbound.body.count + 128)
        json.object { json in
            json.member(
                "generateContentRequest",
                object: { json in
                    json.member("model", JSONString("models/" + target.model))
                    json.splice(members)
                })
        }
        outbound.body = json.bytes
        return outbound
    }

    package static func readAnswer(_ body: [UInt8]) throws(JSONError) -> Int {
        try JSONTree.read(body) { (root) throws(JSONError) in
            guard let count = root["totalTokens"]?.integer else {
                throw JSONError(root.offset, "'totalTokens' is missing")
            }
            return count
        }
    }

    package static func writeAnswer(_ count: Int) -> [UInt8] {
        var json = JSONWriter()
        json.object { $0.member("totalTokens", count) }
        return json.bytes
    }
}
