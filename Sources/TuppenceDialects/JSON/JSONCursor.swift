import TuppenceCore

/// Walks JSON bytes once, checking them as it goes (RFC 8259), without building a tree.
///
/// Every method leaves the cursor behind what it read. Depth is bounded, so that hostile nesting ends in an error and
/// not in a stack overflow.
package struct JSONCursor {
    package enum Kind: Hashable, Sendable {
        case object, array, string, number, bool, null
    }

    package let bytes: UnsafeRawBufferPointer
    package private(set) var position: Int
    /// The same bytes without bounds checks: every look through it is preceded by a comparison with `count`.
    private let base: UnsafePointer<UInt8>
    private let count: Int
    private var depth = 0
    /// Where what is read is noted; nil where nobody will ask.
    private var notes: UnsafeMutablePointer<JSONNodeList>?

    package static let maximumDepth = 256

    package init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
        self.bytes = bytes
        self.position = position
        count = bytes.baseAddress == nil ? 0 : bytes.count
        base = (bytes.baseAddress ?? UnsafeRawPointer(Self.nothing.utf8Start)).assumingMemoryBound(to: UInt8.self)
    }

    /// What an empty buffer points to; nothing is ever read there.
    private static let nothing: StaticString = ""

    // MARK: Looking

    @inline(__always)
    package mutating func skipWhitespace() {
        // Most JSON between programs has none.
        while position < count, base[position] <= 32 {
            switch base[position] {
            case 32, 10, 13, 9: position += 1
            default: return
            }
        }
    }

    /// The kind of the value that begins here, judged by its first byte.
    @inline(__always)
    package mutating func kind() throws(JSONError) -> Kind {
        skipWhitespace()
        guard position < count else { throw JSONError(position, "the text ends where a value should be") }
        switch base[position] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), 48...57: return .number
        default: throw JSONError(position, "no value begins with this character")
        }
    }

    /// Reads past `byte` if it comes next, behind white space.
    @inline(__always)
    package mutating func take(_ byte: UInt8) -> Bool {
        skipWhitespace()
        guard position < count, base[position] == byte else { return false }
        position += 1
        return true
    }

    /// Checks that nothing but white space follows.
    package mutating func end() throws(JSONError) {
        skipWhitespace()
        if position < count { throw JSONError(position, "something follows the value") }
    }

    // MARK: Reading

    /// Reads past one value of any kind.
    ///
    /// - Returns: where it stands, white space excluded.
    @discardableResult
    package mutating func skipValue() throws(JSONError) -> Range<Int> {
        let kind = try kind()
        let start = position
        switch kind {
        case .object, .array: try skipContainer()
        case .string: _ = try string()
        case .number: _ = try number()
        case .bool: _ = try bool()
        case .null: try null()
        }
        return start..<position
    }

    /// Reads an object or array by `body`, noting every value in it.
    ///
    /// - Returns: nil where there are more than a tree has, or this is another kind of value.
    package mutating func recording(
        _ body: (inout JSONCursor) throws(JSONError) -> Void
    ) throws(JSONError) -> JSONRecording? {
        let kind = try kind()
        guard kind == .object || kind == .array, bytes.count < Int32.max else {
            try body(&self)
            return nil
        }
        var list = JSONNodeList(for: bytes.count - position)
        do throws(JSONError) {
            try withUnsafeMutablePointer(to: &list) { (list) throws(JSONError) in
                notes = list
                defer { notes = nil }
                try body(&self)
            }
        } catch {
            list.deallocate()
            throw error
        }
        // Whoever reads less than the value leaves it open.
        guard !list.isOverfull, list.container < 0, list.count > 0 else {
            list.deallocate()
            return nil
        }
        return JSONRecording(list, documentSize: bytes.count)
    }

    /// Reads the same, and notes nothing: for a look ahead.
    var unnoted: JSONCursor {
        var cursor = self
        cursor.notes = nil
        return cursor
    }

    @inline(__always)
    private func note(_ kind: Kind, flag: Bool, from start: Int, to end: Int) {
        notes?.pointee.append(
            JSONTree.Node(
                kind: kind, flag: flag, start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: end)))
    }

    /// What may come next within a container.
    private enum Expectation {
        case value, elementOrEnd, key, keyOrEnd, commaOrEnd
    }

    /// Reads past an object or array without recursion: most of what passes through is skipped, and this is how.
    private mutating func skipContainer() throws(JSONError) {
        // One bit a level: whether it is an object. Deeper than the bits reach is deeper than is allowed.
        var kinds: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        let outer = depth
        var expectation = Expectation.value
        repeat {
            skipWhitespace()
            guard position < count else { throw JSONError(position, "the text ends within an object or array") }
            let byte = base[position]
            switch (byte, expectation) {
            case (UInt8(ascii: "{"), .value), (UInt8(ascii: "{"), .elementOrEnd):
                notes?.pointee.open(.object, at: position)
                try descend()
                push(true, &kinds)
                expectation = .keyOrEnd
            case (UInt8(ascii: "["), .value), (UInt8(ascii: "["), .elementOrEnd):
                notes?.pointee.open(.array, at: position)
                try descend()
                push(false, &kinds)
                expectation = .elementOrEnd
            case (_, .key), (UInt8(ascii: "\""), .keyOrEnd):
                try skipString()
                skipWhitespace()
                guard position < count, base[position] == UInt8(ascii: ":") else {
                    throw JSONError(position, "a colon is missing")
                }
                position += 1
                expectation = .value
            case (UInt8(ascii: "}"), .keyOrEnd), (UInt8(ascii: "]"), .elementOrEnd):
                ascend(&kinds)
                expectation = .commaOrEnd
            case (_, .keyOrEnd): throw JSONError(position, "a string is expected here")
            case (UInt8(ascii: ","), .commaOrEnd):
                position += 1
                expectation = kinds.0 & 1 == 1 ? .key : .value
            case (UInt8(ascii: "}"), .commaOrEnd) where kinds.0 & 1 == 1,
                (UInt8(ascii: "]"), .commaOrEnd) where kinds.0 & 1 == 0:
                ascend(&kinds)
            case (_, .commaOrEnd): throw JSONError(position, "a comma is missing")
            case (UInt8(ascii: "\""), _):
                try skipString()
                expectation = .commaOrEnd
            default:
                try skipScalar()
                expectation = .commaOrEnd
            }
        } while depth > outer
    }

    private mutating func skipScalar() throws(JSONError) {
        switch try kind() {
        case .string: _ = try string()
        case .number: _ = try number()
        case .bool: _ = try bool()
        case .null: try null()
        case .object, .array: preconditionFailure("containers are opened before scalars are looked for")
        }
    }

    private mutating func descend() throws(JSONError) {
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw JSONError(position, "more than \(Self.maximumDepth) levels of nesting")
        }
        position += 1
    }

    @inline(__always)
    private func push(_ isObject: Bool, _ kinds: inout (UInt64, UInt64, UInt64, UInt64)) {
        kinds.3 = kinds.3 << 1 | kinds.2 >> 63
        kinds.2 = kinds.2 << 1 | kinds.1 >> 63
        kinds.1 = kinds.1 << 1 | kinds.0 >> 63
        kinds.0 = kinds.0 << 1 | (isObject ? 1 : 0)
    }

    @inline(__always)
    private mutating func ascend(_ kinds: inout (UInt64, UInt64, UInt64, UInt64)) {
        position += 1
        depth -= 1
        notes?.pointee.close(at: position)
        kinds.0 = kinds.0 >> 1 | kinds.1 << 63
        kinds.1 = kinds.1 >> 1 | kinds.2 << 63
        kinds.2 = kinds.2 >> 1 | kinds.3 << 63
        kinds.3 >>= 1
    }

    /// Reads an object. `member` is called behind each colon and reads the value.
    @inline(__always)
    package mutating func object(
        _ member: (inout JSONCursor, JSONText) throws(JSONError) -> Void
    ) throws(JSONError) {
        try open(UInt8(ascii: "{"), .object)
        skipWhitespace()
        if position < count, base[position] == UInt8(ascii: "}") { return close() }
        while true {
            skipWhitespace()
            let key = try string()
            skipWhitespace()
            guard position < count, base[position] == UInt8(ascii: ":") else {
                throw JSONError(position, "a colon is missing")
            }
            position += 1
            skipWhitespace()
            try member(&self, key)
            if try closed(by: UInt8(ascii: "}")) { return }
        }
    }

    /// Reads an array. `element` is called before each element and reads it.
    @inline(__always)
    package mutating func array(_ element: (inout JSONCursor) throws(JSONError) -> Void) throws(JSONError) {
        try open(UInt8(ascii: "["), .array)
        skipWhitespace()
        if position < count, base[position] == UInt8(ascii: "]") { return close() }
        while true {
            skipWhitespace()
            try element(&self)
            if try closed(by: UInt8(ascii: "]")) { return }
        }
    }

    private mutating func open(_ bracket: UInt8, _ kind: Kind) throws(JSONError) {
        guard position < count, base[position] == bracket else {
            throw JSONError(position, "\(kind == .object ? "an object" : "an array") is expected here")
        }
        notes?.pointee.open(kind, at: position)
        try descend()
    }

    @inline(__always)
    private mutating func close() {
        position += 1
        depth -= 1
        notes?.pointee.close(at: position)
    }

    @inline(__always)
    private mutating func closed(by bracket: UInt8) throws(JSONError) -> Bool {
        skipWhitespace()
        guard position < count else { throw JSONError(position, "the text ends within an object or array") }
        switch base[position] {
        case UInt8(ascii: ","):
            position += 1
            return false
        case bracket:
            close()
            return true
        default: throw JSONError(position, "a comma is missing")
        }
    }

    /// Reads a string; its text is decoded only when somebody asks.
    package mutating func string() throws(JSONError) -> JSONText {
        guard position < count, base[position] == UInt8(ascii: "\"") else {
            throw JSONError(position, "a string is expected here")
        }
        let start = position + 1
        var index = start
        var escaped = false
        while true {
            index = StringEnd.firstSpecial(base, index, count)
            guard index < count else { throw JSONError(count, "the text ends within a string") }
            switch base[index] {
            case UInt8(ascii: "\""):
                position = index + 1
                note(.string, flag: escaped, from: start, to: index)
                return JSONText(
                    bytes: UnsafeRawBufferPointer(start: base + start, count: index - start), isEscaped: escaped)
            case UInt8(ascii: "\\"):
                escaped = true
                index = try Self.skipEscape(bytes, at: index)
            default: throw JSONError(index, "a control character within a string")
            }
        }
    }

    /// Reads past a string. One with an escape in it, or with anything wrong, is read once more.
    @inline(__always)
    private mutating func skipString() throws(JSONError) {
        let start = position &+ 1
        if takePlainString() {
            note(.string, flag: false, from: start, to: position &- 1)
        } else {
            _ = try string()
        }
    }

    /// Reads past a string if one without escapes comes next, as nearly all are. Nothing is noted.
    @inline(__always)
    mutating func takePlainString() -> Bool {
        guard position < count, base[position] == UInt8(ascii: "\"") else { return false }
        let end = StringEnd.firstSpecial(base, position &+ 1, count)
        guard end < count, base[end] == UInt8(ascii: "\"") else { return false }
        position = end &+ 1
        return true
    }

    /// Reads past the bracket that was found to come next.
    @inline(__always)
    mutating func takeBracket() { position &+= 1 }

    /// Goes on behind what is known.
    mutating func skip(to end: Int) { position = end }

    private static func skipEscape(_ bytes: UnsafeRawBufferPointer, at index: Int) throws(JSONError) -> Int {
        guard index + 1 < bytes.count else { throw JSONError(index, "the text ends within an escape") }
        switch bytes[index + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return index + 2
        case UInt8(ascii: "u"):
            guard index + 6 <= bytes.count, bytes[(index + 2)..<(index + 6)].allSatisfy({ hexDigit($0) != nil }) else {
                throw JSONError(index, "an invalid \\u escape")
            }
            return index + 6
        default: throw JSONError(index, "an invalid escape")
        }
    }

    /// Reads a number by the grammar of RFC 8259.
    package mutating func number() throws(JSONError) -> JSONNumber {
        let start = position
        var isInteger = true
        var index = position
        // What stands at `index`; 0, which no number has in it, behind the end.
        func byte() -> UInt8 { index < count ? base[index] : 0 }
        func digits() throws(JSONError) {
            let first = index
            while byte() &- 48 < 10 { index &+= 1 }
            if index == first { throw JSONError(index, "a digit is missing") }
        }
        if byte() == UInt8(ascii: "-") { index &+= 1 }
        if byte() == 48 { index &+= 1 } else { try digits() }
        if byte() == UInt8(ascii: ".") {
            isInteger = false
            index &+= 1
            try digits()
        }
        if byte() | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            index &+= 1
            if byte() == UInt8(ascii: "+") || byte() == UInt8(ascii: "-") { index &+= 1 }
            try digits()
        }
        position = index
        note(.number, flag: isInteger, from: start, to: index)
        return JSONNumber(
            bytes: UnsafeRawBufferPointer(start: base + start, count: index - start), isInteger: isInteger)
    }

    package mutating func bool() throws(JSONError) -> Bool {
        let start = position
        let isTrue = bytes[position] == UInt8(ascii: "t")
        try literal(isTrue ? "true" : "false")
        note(.bool, flag: isTrue, from: start, to: position)
        return isTrue
    }

    package mutating func null() throws(JSONError) {
        let start = position
        try literal("null")
        note(.null, flag: false, from: start, to: position)
    }

    private mutating func literal(_ word: StaticString) throws(JSONError) {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count else { throw JSONError(position, "an unknown word") }
        for index in 0..<count where bytes[position + index] != word.utf8Start[index] {
            throw JSONError(position, "an unknown word")
        }
        position += count
    }
}

/// Where JSON bytes are not JSON, and why.
package struct JSONError: Error, Hashable, Sendable {
    package let offset: Int
    package let reason: String
    /// Whether nothing is wrong with what was read, and there is more of it than is kept of any document.
    package let isTooMuch: Bool

    package init(_ offset: Int, _ reason: String) { self.init(offset, reason, isTooMuch: false) }

    private init(_ offset: Int, _ reason: String, isTooMuch: Bool) {
        self.offset = offset
        self.reason = reason
        self.isTooMuch = isTooMuch
    }

    /// A document has more values than a ``JSONTree`` of it may have.
    static func tooManyValues(_ offset: Int, most: Int) -> JSONError {
        JSONError(offset, "more than \(most) values", isTooMuch: true)
    }
}
