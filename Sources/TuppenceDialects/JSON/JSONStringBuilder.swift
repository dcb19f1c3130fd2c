/// A string that grows piece by piece, without being copied each time.
struct JSONStringBuilder: Sendable {
    private var escaped: [UInt8] = []
    private var isEscaped = false

    var isEmpty: Bool { escaped.isEmpty }
    /// How many bytes it has, escapes as they are written.
    var count: Int { escaped.count }
    var string: JSONString { JSONString(escaped: escaped[...], isEscaped: isEscaped) }

    mutating func append(_ piece: JSONString) {
        escaped.append(contentsOf: piece.escaped)
        isEscaped = isEscaped || piece.isEscaped
    }
}
