import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

extension LimitsLeft {
    /// Writes the fields that a provider of the caller's dialect has for its own limits. Gemini's has none.
    ///
    /// OpenAI's guide has a reset tell when a limit is back in its initial state: all of it is there again
    /// (https://platform.openai.com/docs/guides/rate-limits).
    func write(in dialect: Dialect, at now: Timestamp, to head: inout ByteBuffer) {
        switch dialect {
        case .openAI, .responses:
            if let requests {
                head.writeField("x-ratelimit-limit-requests", requests.limit)
                head.writeField("x-ratelimit-remaining-requests", requests.remaining)
                head.writeField("x-ratelimit-reset-requests", RateLimitReset.span(requests.resetsAt - now))
            }
            if let tokens {
                head.writeField("x-ratelimit-limit-tokens", tokens.limit)
                head.writeField("x-ratelimit-remaining-tokens", tokens.remaining)
                head.writeField("x-ratelimit-reset-tokens", RateLimitReset.span(tokens.resetsAt - now))
            }
        case .anthropic:
            if let requests {
                head.writeField("anthropic-ratelimit-requests-limit", requests.limit)
                head.writeField("anthropic-ratelimit-requests-remaining", requests.remaining)
                head.writeField("anthropic-ratelimit-requests-reset", RateLimitReset.time(requests.resetsAt))
            }
            if let tokens {
                head.writeField("anthropic-ratelimit-tokens-limit", tokens.limit)
                head.writeField("anthropic-ratelimit-tokens-remaining", tokens.remaining)
                head.writeField("anthropic-ratelimit-tokens-reset", RateLimitReset.time(tokens.resetsAt))
            }
        case .gemini, .bedrock, .cohere, .mistral: break
        }
    }
}

/// When a limit begins anew, as the dialects write it.
enum RateLimitReset {
    /// OpenAI's: `0s`, `20ms`, `8.64s`, `6m0s`, `1h36m16.107s`.
    static func span(_ span: Milliseconds) -> String {
        let count = max(0, span.count)
        if (1..<1_000).contains(count) { return "\(count)ms" }
        let (hours, minutes, seconds) = (count / 3_600_000, count / 60_000 % 60, count / 1_000 % 60)
        var text = hours > 0 ? "\(hours)h\(minutes)m\(seconds)" : minutes > 0 ? "\(minutes)m\(seconds)" : "\(seconds)"
        if count % 1_000 > 0 {
            var digits = "\(1_000 + count % 1_000)".dropFirst()
            while digits.last == "0" { digits.removeLast() }
            text += ".\(digits)"
        }
        return text + "s"
    }

    /// Anthropic's: `2026-11-23T20:45:00Z`, rounded up, so that nobody comes too early.
    static func time(_ time: Timestamp) -> String { (time + Milliseconds(999)).iso8601 }
}
