import TuppenceCore

/// Writes disjoint counts as OpenAI's totals, of which the details are parts.
enum OpenAIChatUsage {
    /// - Parameter more: members that are written already.
    static func write(_ usage: Usage, more: [UInt8], into json: inout JSONWriter) {
        json.object { json in
            json.member("prompt_tokens", usage.totalInput)
            json.member("completion_tokens", usage.totalOutput)
            json.member("total_tokens", usage.totalInput + usage.totalOutput)
            json.member(
                "prompt_tokens_details",
                object: { json in
                    json.member("cached_tokens", usage.cachedInput + usage.cachedAudioInput)
                    json.member("audio_tokens", usage.audioInput + usage.cachedAudioInput)
                    let written = usage.cacheWrite + usage.cacheWriteLong
                    if written > 0 { json.member("cache_write_tokens", written) }
                    if usage.imageInput > 0 { json.member("image_tokens", usage.imageInput) }
                })
            json.member(
                "completion_tokens_details",
                object: { json in
                    json.member("reasoning_tokens", usage.reasoning)
                    json.member("audio_tokens", usage.audioOutput)
                    if usage.imageOutput > 0 { json.member("image_tokens", usage.imageOutput) }
                })
            json.splice(more)
        }
    }
}
