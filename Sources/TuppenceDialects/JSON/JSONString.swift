/// A string as JSON writes it, without its quotes: kept with its escapes, so that text passes from one document to another
/// without being decoded and encoded again.
package struct JSONString: Sendable {
    /// What stands between the quotes.
    package let escaped: ArraySlice<UInt8>
    package let isEscaped: Bool

    /// - Parameter escaped: the inside of a JSON string, well-formed.
    package init(escaped: ArraySlice<UInt8>, isEscaped: Bool) {
        self.escaped = escaped
        self.isEscaped = isEscaped
    }

    package init(_ text: some StringProtocol) { self.init(utf8: Array(text.utf8)[...]) }

    /// - Parameter utf8: the text itself, well-formed UTF-8.
    package init(utf8: ArraySlice<UInt8>) {
        guard utf8.contains(where: JSONWriter.mustBeEscaped) else {
            self.init(escaped: utf8, isEscaped: false)
            return
        }
        var writer = JSONWriter()
        utf8.withUnsafeBytes { writer.escaping($0) }
        self.init(escaped: writer.bytes[...], isEscaped: true)
    }

    package var isEmpty: Bool { escaped.isEmpty }

    /// The text, escapes resolved.
    package var decoded: String { withText { $0.decoded } }

    /// The text as UTF-8, escapes resolved.
    package var utf8: ArraySlice<UInt8> { isEscaped ? Array(decoded.utf8)[...] : escaped }

    package func equals(_ text: StaticString) -> Bool { withText { $0.equals(text) } }

    /// Whether it begins with `text`, escapes resolved.
    package func hasPrefix(_ text: StaticString) -> Bool { withText { $0.hasPrefix(text) } }

    func withText<Result>(_ body: (JSONText) -> Result) -> Result {
        escaped.withUnsafeBytes { body(JSONText(bytes: $0, isEscaped: isEscaped)) }
    }

    /// Both texts, one behind the other.
    package static func + (left: JSONString, right: JSONString) -> JSONString {
        if left.isEmpty { return right }
        if right.isEmpty { return left }
        return JSONString(escaped: left.escaped + right.escaped, isEscaped: left.isEscaped || right.isEscaped)
    }
}

extension JSONString: Hashable {
    /// Equal if they say the same, however it is escaped.
    package static func == (left: JSONString, right: JSONString) -> Bool {
        if !left.isEscaped && !right.isEscaped { return left.escaped == right.escaped }
        return left.escaped == right.escaped || left.decoded == right.decoded
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(decoded) }
}

extension JSONString: ExpressibleByStringLiteral, CustomStringConvertible {
    package init(stringLiteral text: String) { self.init(text) }
    package var description: String { decoded }
}

@inline(__always)
package func ~= (text: StaticString, string: JSONString) -> Bool { string.equals(text) }
