import TuppenceCore

/// Reads the forms in which providers say when: `24ms`, `1h36m16.107s`, seconds with or without a fraction, seconds or
/// milliseconds since 1970, `2026-02-27T17:15:31Z`, and the dates of HTTP (RFC 9110 section 5.6.7).
package enum RetryAfter {
    /// From now on; nothing for a time that has passed.
    package static func span(_ text: String, now: Timestamp) -> Milliseconds? {
        time(text, now: now).map { Milliseconds(max(0, ($0 - now).count)) }
    }

    /// A count of milliseconds, which may have a fraction.
    package static func milliseconds(_ text: String) -> Milliseconds? {
        guard let count = Double(text), count >= 0, count.isFinite else { return nil }
        return Milliseconds(Int64(min(count, longest).rounded(.up)))
    }

    /// What is longer is as good as this, in milliseconds: nobody waits for it, and all that is reckoned with it stays in range.
    private static let longest = 1e15

    package static func time(_ text: String, now: Timestamp) -> Timestamp? {
        let text = text.drop { $0 == " " }
        if let number = Double(text) {
            // -1 is what Azure does not know.
            guard number >= 0, number.isFinite else { return nil }
            if number >= longest { return now + Milliseconds(Int64(longest)) }
            // OpenRouter's are times: in milliseconds since 1970, as others may give them in seconds.
            if number > 1e11 { return Timestamp(milliseconds: Int64(number)) }
            if number > 1e9 { return Timestamp(milliseconds: Int64(number * 1_000)) }
            return now + Milliseconds(Int64((number * 1_000).rounded(.up)))
        }
        return duration(text).map { now + $0 } ?? Timestamp(iso8601: String(text)) ?? Timestamp(httpDate: String(text))
    }

    /// Go's: `1h36m16.107s`, `540ms`.
    private static func duration(_ text: Substring) -> Milliseconds? {
        var total = 0.0
        var rest = text
        while !rest.isEmpty {
            let number = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isLetter || $0 == "µ" }
            rest = rest.dropFirst(unit.count)
            guard let value = Double(number) else { return nil }
            switch unit {
            case "h": total += value * 3_600_000
            case "m": total += value * 60_000
            case "s": total += value * 1_000
            case "ms": total += value
            case "us", "µs": total += value / 1_000
            case "ns": total += value / 1_000_000
            default: return nil
            }
            total = min(total, longest)
        }
        return text.isEmpty ? nil : Milliseconds(Int64(total.rounded(.up)))
    }
}
