/// Reads JSON as RFC 8259 has it: no comments, no trailing commas, nothing after the value.
///
/// Foundation's decoders lose the order of members and the spelling of numbers, and token counts depend on both.
struct SandboxJSONParser {
    struct Failure: Error, Hashable, Sendable {
        let reason: String
        /// Bytes before the place where reading stopped.
        let offset: Int
    }

    /// The depth past which a value is refused, so that no input can exhaust the stack.
    private static let deepest = 128

    private let bytes: [UInt8]
    private var index = 0

    static func parse(_ bytes: [UInt8]) throws(Failure) -> SandboxJSON {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw Failure(reason: "not UTF-8", offset: 0) }
        var parser = SandboxJSONParser(bytes)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.index == bytes.count else { throw parser.failure("something follows the value") }
        return value
    }

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The byte to be read next; 0, which is valid nowhere, at the end.
    private var current: UInt8 { index < bytes.count ? bytes[index] : 0 }

    private func failure(_ reason: String) -> Failure { Failure(reason: reason, offset: index) }

    private mutating func skipSpace() {
        while current == 32 || current == 10 || current == 13 || current == 9 { index += 1 }
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        index += 1
        return true
    }

    private mutating func value(depth: Int) throws(Failure) -> SandboxJSON {
        guard depth < Self.deepest else { throw failure("nested deeper than \(Self.deepest)") }
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(Failure) -> SandboxJSON {
        var members: [SandboxJSON.Member] = []
        index += 1
        skipSpace()
        if skip(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw failure("a member without a name") }
            let name = try string()
            skipSpace()
            guard skip(UInt8(ascii: ":")) else { throw failure("a name without a colon") }
            members.append(.init(name: name, value: try value(depth: depth + 1)))
            skipSpace()
            if skip(UInt8(ascii: "}")) { return .object(members) }
            guard skip(UInt8(ascii: ",")) else { throw failure("an object that does not end") }
        }
    }

    private mutating func array(depth: Int) throws(Failure) -> SandboxJSON {
        var elements: [SandboxJSON] = []
        index += 1
        skipSpace()
        if skip(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if skip(UInt8(ascii: "]")) { return .array(elements) }
            guard skip(UInt8(ascii: ",")) else { throw failure("an array that does not end") }
        }
    }

    private mutating func word(_ word: String, _ value: SandboxJSON) throws(Failure) -> SandboxJSON {
        guard bytes[index...].starts(with: word.utf8) else { throw failure("an unknown word") }
        index += word.utf8.count
        return value
    }

    private mutating func number() throws(Failure) -> SandboxJSON {
        let start = index
        _ = skip(UInt8(ascii: "-"))
        if !skip(UInt8(ascii: "0")) { try digits() }
        if skip(UInt8(ascii: ".")) { try digits() }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
            try digits()
        }
        return .number(String(decoding: bytes[start..<index], as: UTF8.self))
    }

    private mutating func digits() throws(Failure) {
        let start = index
        while current >= UInt8(ascii: "0"), current <= UInt8(ascii: "9") { index += 1 }
        if index == start { throw failure("no value where one belongs") }
    }

    private mutating func string() throws(Failure) -> String {
        index += 1
        var text: [UInt8] = []
        while true {
            switch current {
            case UInt8(ascii: "\""):
                index += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                index += 1
                try escape(into: &text)
            case 0..<32: throw failure("a string that does not end, or a control character in it")
            default:
                text.append(current)
                index += 1
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(Failure) {
        let byte = current
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "u"): text.append(contentsOf: try scalar().utf8)
        default: throw failure("an unknown escape")
        }
    }

    /// The scalar of one `\u` escape or of two that make a pair; a surrogate alone becomes U+FFFD.
    private mutating func scalar() throws(Failure) -> Unicode.Scalar {
        let first = try hexadecimal()
        guard (0xD800..<0xDC00).contains(first), bytes[index...].starts(with: "\\u".utf8) else {
            return Unicode.Scalar(first) ?? "\u{FFFD}"
        }
        let start = index
        index += 2
        let second = try hexadecimal()
        guard (0xDC00..<0xE000).contains(second) else {
            index = start
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func hexadecimal() throws(Failure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(current)).hexDigitValue else {
                throw failure("an invalid \\u escape")
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}
