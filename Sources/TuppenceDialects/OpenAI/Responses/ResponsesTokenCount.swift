/// `responses/input_tokens`: how many tokens the input of a request has, which takes what `responses` takes.
///
/// Source: https://developers.openai.com/api/docs/guides/token-counting (read 2026-11-29).
package enum ResponsesTokenCount {
    /// Writes a caller's own request for a count.
    package static func write(_ request: ChatRequest, to target: OutboundTarget) -> OutboundRequest {
        var outbound = ResponsesRequestWriter.write(request, to: target)
        outbound.path = "responses/input_tokens"
        return outbound
    }

    package static func writeAnswer(_ count: Int) -> [UInt8] {
        JSONWriter.object(reserving: 64) { json in
            json.member("object", literal: "response.input_tokens")
            json.member("input_tokens", count)
        }
    }

    /// - Throws: if there is no count in the answer, or it says that it is an error.
    package static func check(_ answer: UnsafeRawBufferPointer) throws(JSONError) {
        var (isCount, isError) = (false, false)
        try JSONCursor.document(answer) { (cursor, key) throws(JSONError) in
            if key.equals("input_tokens") { isCount = try cursor.kind() == .number }
            if key.equals("error") { isError = try cursor.kind() != .null }
            try cursor.skipValue()
        }
        guard !isError else { throw JSONError(0, "it says that it is an error") }
        guard isCount else { throw JSONError(0, "there is no count in it") }
    }
}
