import TuppenceCore

/// Writes disjoint counts as Anthropic has them: what was read from a cache and written to one beside the rest.
enum AnthropicUsageWriter {
    /// - Parameter more: members that are written already.
    static func write(_ usage: Usage, more: [UInt8], into json: inout JSONWriter) {
        json.object { json in
            json.member("input_tokens", usage.input + usage.audioInput + usage.imageInput)
            json.member("cache_creation_input_tokens", usage.cacheWrite + usage.cacheWriteLong)
            json.member("cache_read_input_tokens", usage.cachedInput + usage.cachedAudioInput)
            json.member(
                "cache_creation",
                object: { json in
                    json.member("ephemeral_5m_input_tokens", usage.cacheWrite)
                    json.member("ephemeral_1h_input_tokens", usage.cacheWriteLong)
                })
            json.member("output_tokens", usage.totalOutput)
            if usage.reasoning > 0 {
                json.member("output_tokens_details", object: { $0.member("thinking_tokens", usage.reasoning) })
            }
            if usage.search > 0 {
                json.member("server_tool_use", object: { $0.member("web_search_requests", usage.search) })
            }
            json.splice(more)
        }
    }
}
