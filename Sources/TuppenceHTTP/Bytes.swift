/// Byte classes of RFC 9110 section 5, as tables: one look-up a byte.
enum ByteClass {
    /// `tchar`: what method and field names consist of.
    static let token: [Bool] = table { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
    /// Field values: visible characters, space, tab and obs-text; no other control, so no NUL, CR or LF.
    static let value: [Bool] = table { $0 == 9 || ($0 >= 32 && $0 != 127) }
    /// Request targets: visible ASCII.
    static let target: [Bool] = table { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "#") }

    private static func table(_ belongs: (UInt8) -> Bool) -> [Bool] { (0...255).map { belongs(UInt8($0)) } }
}

extension UnsafeRawBufferPointer {
    /// Whether these bytes are `name`, whatever their case. `name` is in lower case.
    @inlinable package func equalsIgnoringCase(_ name: StaticString) -> Bool {
        guard count == name.utf8CodeUnitCount else { return false }
        let expected = name.utf8Start
        for index in 0..<count {
            var byte = self[index]
            if byte >= 65 && byte <= 90 { byte |= 0x20 }
            if byte != expected[index] { return false }
        }
        return true
    }

    @inlinable package func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        let expected = text.utf8Start
        for index in 0..<count where self[index] != expected[index] { return false }
        return true
    }

    func allSatisfy(_ table: [Bool]) -> Bool {
        table.withUnsafeBufferPointer { table in
            for byte in self where !table[Int(byte)] { return false }
            return true
        }
    }

    /// The bytes from `start` to `end`, without optional white space at either side.
    func trimmed(_ start: Int, _ end: Int) -> Range<Int> {
        var start = start
        var end = end
        while start < end, self[start] == 32 || self[start] == 9 { start += 1 }
        while end > start, self[end - 1] == 32 || self[end - 1] == 9 { end -= 1 }
        return start..<end
    }
}
