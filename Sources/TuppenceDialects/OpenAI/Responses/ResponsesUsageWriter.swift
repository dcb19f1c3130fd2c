import TuppenceCore

/// Writes disjoint counts as totals, of which the details are parts.
enum ResponsesUsageWriter {
    /// - Parameter more: members that are written already.
    static func write(_ usage: Usage, more: [UInt8], into json: inout JSONWriter) {
        json.object { json in
            json.member("input_tokens", usage.totalInput)
            json.member(
                "input_tokens_details",
                object: { json in
                    // Clients insist on both.
                    json.member("cached_tokens", usage.cachedInput + usage.cachedAudioInput)
                    json.member("cache_write_tokens", usage.cacheWrite + usage.cacheWriteLong)
                })
            json.member("output_tokens", usage.totalOutput)
            json.member("output_tokens_details", object: { $0.member("reasoning_tokens", usage.reasoning) })
            json.member("total_tokens", usage.totalInput + usage.totalOutput)
            json.splice(more)
        }
    }
}
