import TuppenceCore

/// JSON in the one spelling that stands for all that mean the same: members in the order of their names, no white space,
/// escapes only where there must be some, numbers as digits and exponent (`0.50`, `5e-1` and `0.5` are `5e-1`).
///
/// Two texts that mean different things never share a spelling. What has no certain meaning (two members of one name, half
/// of a surrogate pair) has no spelling either.
package struct CanonicalJSON {
    /// What it may take to spell a text while others wait, some milliseconds altogether: so many levels, values, members
    /// among them, and bytes moved to put these in order, which each level may do once more.
    package static let maximumDepth = 32
    package static let maximumValues = 65_536
    package static let maximumMembers = 8_192
    package static let maximumMoves = 16 << 20

    private var text: [UInt8] = []
    private var depth = 0
    private var values = 0
    private var memberCount = 0
    private var moves = 0

    /// The canonical spelling of the object that `bytes` are, which have to be UTF-8.
    ///
    /// - Parameter leavingOut: members of the object itself that count for nothing.
    /// - Throws: if the bytes are no object, go beyond one of the bounds, or have no certain meaning.
    package static func object(
        _ bytes: UnsafeRawBufferPointer, leavingOut: [StaticString] = []
    ) throws(JSONError) -> [UInt8] {
        var writer = CanonicalJSON()
        writer.text.reserveCapacity(bytes.count)
        var cursor = JSONCursor(bytes)
        guard try cursor.kind() == .object else { throw JSONError(cursor.position, "an object is expected here") }
        try writer.object(&cursor, leavingOut: leavingOut)
        try cursor.end()
        return writer.text
    }

    private mutating func value(_ cursor: inout JSONCursor) throws(JSONError) {
        values += 1
        if values > Self.maximumValues {
            throw JSONError(cursor.position, "more than \(Self.maximumValues) values")
        }
        switch try cursor.kind() {
        case .object: try object(&cursor)
        case .array: try array(&cursor)
        case .string: try string(&cursor)
        case .number: try number(&cursor)
        case .bool: write(try cursor.bool() ? "true" : "false")
        case .null:
            try cursor.null()
            write("null")
        }
    }

    // MARK: Containers

    /// Where a member stands in `text`: its name in quotes, and behind its value and a comma the end.
    private struct Member {
        let start: Int
        let nameEnd: Int
        let end: Int
    }

    private mutating func object(_ cursor: inout JSONCursor, leavingOut: [StaticString] = []) throws(JSONError) {
        try descend(cursor.position)
        write("{")
        let start = text.count
        var members: [Member] = []
        var left: Set<Int> = []
        try cursor.object { (cursor, name) throws(JSONError) in
            if let index = leavingOut.firstIndex(where: { name.equals($0) }) {
                guard left.insert(index).inserted else { throw Self.duplicate(cursor.position) }
                return _ = try cursor.skipValue()
            }
            memberCount += 1
            if memberCount > Self.maximumMembers {
                throw JSONError(cursor.position, "more than \(Self.maximumMembers) members")
            }
            let memberStart = text.count
            try quote(name, at: cursor.position)
            let nameEnd = text.count
            write(":")
            try value(&cursor)
            write(",")
            members.append(Member(start: memberStart, nameEnd: nameEnd, end: text.count))
        }
        try putInOrder(members, from: start, at: cursor.position)
        close("}", isEmpty: members.isEmpty)
    }

    private mutating func array(_ cursor: inout JSONCursor) throws(JSONError) {
        try descend(cursor.position)
        write("[")
        var isEmpty = true
        try cursor.array { (cursor) throws(JSONError) in
            try value(&cursor)
            write(",")
            isEmpty = false
        }
        close("]", isEmpty: isEmpty)
    }

    private mutating func descend(_ position: Int) throws(JSONError) {
        depth += 1
        if depth > Self.maximumDepth {
            throw JSONError(position, "more than \(Self.maximumDepth) levels of nesting")
        }
    }

    /// The bracket takes the place of the last comma.
    private mutating func close(_ bracket: StaticString, isEmpty: Bool) {
        if !isEmpty { text.removeLast() }
        write(bracket)
        depth -= 1
    }

    private mutating func putInOrder(_ members: [Member], from start: Int, at position: Int) throws(JSONError) {
        let sorted = text.withUnsafeBytes { bytes in
            let isSorted = zip(members, members.dropFirst()).allSatisfy { Self.order($0, $1, in: bytes) < 0 }
            return isSorted ? nil : members.sorted { Self.order($0, $1, in: bytes) < 0 }
        }
        guard let sorted else { return }
        let isDouble = text.withUnsafeBytes { bytes in
            zip(sorted, sorted.dropFirst()).contains { Self.order($0, $1, in: bytes) == 0 }
        }
        if isDouble { throw Self.duplicate(position) }
        moves += text.count - start
        if moves > Self.maximumMoves { throw JSONError(position, "too much to be put in order") }
        let old = Array(text[start...])
        text.removeLast(text.count - start)
        for member in sorted { text += old[(member.start - start)..<(member.end - start)] }
    }

    private static func duplicate(_ position: Int) -> JSONError {
        JSONError(position, "two members of one name")
    }

    /// Below, at or above zero, by the bytes of the names.
    private static func order(_ left: Member, _ right: Member, in bytes: UnsafeRawBufferPointer) -> Int {
        let count = left.nameEnd - left.start
        let otherCount = right.nameEnd - right.start
        for index in 0..<min(count, otherCount) {
            let difference = Int(bytes[left.start + index]) - Int(bytes[right.start + index])
            if difference != 0 { return difference }
        }
        return count - otherCount
    }

    // MARK: Strings

    private mutating func string(_ cursor: inout JSONCursor) throws(JSONError) {
        let position = cursor.position
        try quote(try cursor.string(), at: position)
    }

    private mutating func quote(_ string: JSONText, at position: Int) throws(JSONError) {
        guard string.isEscaped else {
            write("\"")
            text.append(contentsOf: string.bytes)
            return write("\"")
        }
        // Its decoded form would have U+FFFD there, which is what another string may say.
        guard !string.hasLoneSurrogate else { throw JSONError(position, "half of a surrogate pair") }
        text += JSONWriting.quoted(string.decoded)
    }

    // MARK: Numbers

    private mutating func number(_ cursor: inout JSONCursor) throws(JSONError) {
        let position = cursor.position
        let number = try cursor.number()
        let bytes = number.bytes
        // Nearly all are counts and tokens, which are spelled as they are written.
        if number.isInteger, bytes[bytes.count - 1] != 48 { return text.append(contentsOf: bytes) }
        var digits: [UInt8] = []
        var exponent = 0
        var isFraction = false
        var index = bytes[0] == UInt8(ascii: "-") ? 1 : 0
        while index < bytes.count, bytes[index] | 0x20 != UInt8(ascii: "e") {
            if bytes[index] == UInt8(ascii: ".") {
                isFraction = true
            } else {
                if bytes[index] != 48 || !digits.isEmpty { digits.append(bytes[index]) }
                if isFraction { exponent -= 1 }
            }
            index += 1
        }
        if index < bytes.count {
            guard let written = Self.exponent(bytes[(index + 1)...]) else {
                throw JSONError(position, "an exponent beyond reason")
            }
            exponent += written
        }
        while digits.last == 48 {
            digits.removeLast()
            exponent += 1
        }
        // Nothing is nothing, however it is written.
        if digits.isEmpty { return write("0") }
        if bytes[0] == UInt8(ascii: "-") { write("-") }
        text += digits
        if exponent != 0 { text += Array("e\(exponent)".utf8) }
    }

    private static func exponent(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
        let digits = bytes.drop { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
        var value = 0
        for digit in digits {
            value = value * 10 + Int(digit - 48)
            if value > 1_000_000_000 { return nil }
        }
        return bytes.first == UInt8(ascii: "-") ? -value : value
    }

    private mutating func write(_ word: StaticString) {
        text.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }
}

extension JSONText {
    /// Whether an escape stands for one half of a surrogate pair without the other.
    var hasLoneSurrogate: Bool {
        guard isEscaped else { return false }
        var index = 0
        var expectsLow = false
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\") else {
                if expectsLow { return true }
                index += 1
                continue
            }
            guard bytes[index + 1] == UInt8(ascii: "u") else {
                if expectsLow { return true }
                index += 2
                continue
            }
            let code = (2..<6).reduce(UInt32(0)) { $0 << 4 | (hexDigit(bytes[index + $1]) ?? 0) }
            let isLow = code & 0xFC00 == 0xDC00
            if isLow != expectsLow { return true }
            expectsLow = code & 0xFC00 == 0xD800
            index += 6
        }
        return expectsLow
    }
}
