import TuppenceCore

/// Reads what is left of a provider's rate limits out of the header fields of its answer, one field after the other.
///
/// The names tell whose they are: `x-ratelimit-{limit,remaining,reset}-{requests,tokens}` with or without a window behind
/// (OpenAI, Azure, Groq, xAI, Cerebras, Mistral), without a unit (Together), `anthropic-ratelimit-{unit}-{what}`, Mistral's
/// older `ratelimitbysize-{what}` of tokens, and `ratelimit: "api";r=999;t=295` (Hugging Face), as
/// draft-ietf-httpapi-ratelimit-headers-10 has it, or `ratelimit-{what}`, as it was up to 7. OpenAI's resets are spans
/// (`1h36m16.107s`), Azure's, Cerebras's and Together's are seconds, Anthropic's are times; -1 is unknown.
package struct HeadroomReader: Sendable {
    package private(set) var headroom = Headroom()
    /// How long to wait before the next try: `retry-after-ms` before `retry-after`. It is there on successful answers, too.
    package private(set) var retryAfter: Milliseconds?
    private let now: Timestamp
    private var hasMilliseconds = false

    package init(now: Timestamp) { self.now = now }

    /// - Parameter name: in any case.
    package mutating func read(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        // Most fields are others.
        guard Self.isLimit(name) || name.begins("retry-after") else { return }
        let text = String(decoding: name, as: UTF8.self).lowercased()
        let value = String(decoding: value, as: UTF8.self)
        if text.hasPrefix("x-ratelimit-") {
            plain(text.dropFirst(12).split { $0 == "-" || $0 == "_" }.map(String.init), value)
        } else if text.hasPrefix("anthropic-ratelimit-") {
            anthropic(text.dropFirst(20).split(separator: "-").map(String.init), value)
        } else if text == "ratelimit" {
            listed(value)
        } else if text.hasPrefix("ratelimit-") {
            plain([String(text.dropFirst(10))], value)
        } else if text.hasPrefix("ratelimitbysize-") {
            take(String(text.dropFirst(16)), .tokens, window: nil, value)
        } else if text == "retry-after-ms" {
            guard let count = RetryAfter.milliseconds(value) else { return }
            (retryAfter, hasMilliseconds) = (count, true)
        } else if text == "retry-after", !hasMilliseconds {
            retryAfter = RetryAfter.span(value, now: now)
        }
    }

    /// Whether a field of that name says something of a limit.
    package static func isLimit(_ name: UnsafeRawBufferPointer) -> Bool {
        name.begins("x-ratelimit-") || name.begins("anthropic-ratelimit-") || name.begins("ratelimit")
    }

    /// Whether the field says that so little is left of a limit that somebody should keep count: to be asked of every
    /// answer, it makes nothing of what it does not need.
    package static func isNear(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) -> Bool {
        guard isLimit(name) else { return false }
        guard name.has("remaining") else { return name.count == 9 && isListedNear(value) }
        return isNear(value, from: 0, name.has("tokens") || name.has("bysize") ? .tokens : .requests)
    }

    /// Whether a count stands there that is below what is plenty.
    private static func isNear(_ value: UnsafeRawBufferPointer, from start: Int, _ unit: Headroom.Unit) -> Bool {
        var left = 0
        var index = start
        while index < value.count, value[index] >= UInt8(ascii: "0"), value[index] <= UInt8(ascii: "9") {
            left = left * 10 + Int(value[index] & 15)
            if left >= unit.plenty { return false }
            index += 1
        }
        return index > start
    }

    /// The same of a list, `"api";r=999;t=295`.
    private static func isListedNear(_ value: UnsafeRawBufferPointer) -> Bool {
        for index in value.indices.dropLast() {
            let isLeft = value[index] == UInt8(ascii: "r") && value[index + 1] == UInt8(ascii: "=")
            if isLeft, isNear(value, from: index + 2, .requests) { return true }
        }
        return false
    }

    /// `"api";r=999;t=295`: of each limit what is left and in how many seconds it is full again. There are few; of more than
    /// eight the others are left out.
    private mutating func listed(_ value: String) {
        let limits = value.split(separator: ",").prefix(8)
        for limit in limits {
            let words = limit.split(separator: ";").map { String($0.drop { $0 == " " }) }
            let window = limits.count > 1 ? words.first?.filter { $0 != "\"" } : nil
            for word in words.dropFirst() {
                switch word.prefix(2) {
                case "r=": take("remaining", .requests, window: window, String(word.dropFirst(2)))
                case "t=": take("reset", .requests, window: window, String(word.dropFirst(2)))
                default: continue
                }
            }
        }
    }

    /// `limit-requests`, `remaining-tokens-minute`, `limit-req-10-second`, `reset`.
    private mutating func plain(_ words: [String], _ value: String) {
        guard let what = words.first else { return }
        let unit: Headroom.Unit
        switch words.dropFirst().first {
        case "requests", "req", nil: unit = .requests
        case "tokens": unit = .tokens
        // OpenAI's of all of a project, of which there may be several.
        case "project" where words.count == 3 && (words[2] == "tokens" || words[2] == "requests"):
            return plain([what, words[2], "project"], value)
        default: return
        }
        let window = words.dropFirst(2).joined(separator: "-")
        take(what, unit, window: window.isEmpty ? nil : window, value)
    }

    /// `requests-limit`, `input-tokens-remaining`.
    private mutating func anthropic(_ words: [String], _ value: String) {
        guard let what = words.last else { return }
        let unit: Headroom.Unit
        switch words.dropLast().joined(separator: "-") {
        case "requests": unit = .requests
        case "tokens": unit = .tokens
        case "input-tokens": unit = .inputTokens
        case "output-tokens": unit = .outputTokens
        default: return
        }
        take(what, unit, window: nil, value)
    }

    private mutating func take(_ what: String, _ unit: Headroom.Unit, window: String?, _ value: String) {
        switch what {
        case "limit", "remaining":
            guard let count = Double(value), count >= 0, count < 1e15 else { return }
            if what == "limit" {
                headroom[unit, window: window].limit = Int(count)
            } else {
                headroom[unit, window: window].remaining = Int(count)
            }
        case "reset":
            guard let time = RetryAfter.time(value, now: now) else { return }
            headroom[unit, window: window].resetsAt = time
        default: return
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether it begins with `word`, which is in lower case, whatever its own case.
    fileprivate func begins(_ word: StaticString) -> Bool { matches(word, at: 0) }

    fileprivate func has(_ word: StaticString) -> Bool {
        var index = 0
        while index + word.utf8CodeUnitCount <= count {
            if matches(word, at: index) { return true }
            index += 1
        }
        return false
    }

    private func matches(_ word: StaticString, at start: Int) -> Bool {
        guard start + word.utf8CodeUnitCount <= count else { return false }
        for index in 0..<word.utf8CodeUnitCount {
            let byte = self[start + index]
            let lower = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
            if lower != word.utf8Start[index] { return false }
        }
        return true
    }
}
