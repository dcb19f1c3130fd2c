/// Finds the end of an object or an array that comes in pieces.
struct JSONValueEnd: Sendable {
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// Whether all that was opened is closed again.
    private(set) var isReached = false

    mutating func read(_ piece: JSONString) {
        for byte in piece.utf8 { read(byte) }
    }

    private mutating func read(_ byte: UInt8) {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            depth += 1
            isReached = false
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            isReached = depth == 0
        default: break
        }
    }
}
