/// The bytes that stand in text in Base64, decoded one by one where somebody looks.
struct Base64Bytes {
    private let text: UnsafeRawBufferPointer
    let count: Int

    init(_ text: UnsafeRawBufferPointer) {
        self.text = text
        count = text.count / 4 * 3
    }

    /// Nil behind the end, or where the text is no Base64; the filling at the end reads as bytes of nothing.
    subscript(place: Int) -> UInt8? {
        guard place >= 0, place < count else { return nil }
        let start = place / 3 * 4 + place % 3
        guard let high = Self.value(text[start]), let low = Self.value(text[start + 1]) else { return nil }
        switch place % 3 {
        case 0: return high << 2 | low >> 4
        case 1: return high << 4 | low >> 2
        default: return high << 6 | low
        }
    }

    /// A number of several bytes, the highest first.
    func number(at place: Int, bytes: Int) -> Int? {
        var number = 0
        for offset in 0..<bytes {
            guard let byte = self[place + offset] else { return nil }
            number = number << 8 | Int(byte)
        }
        return number
    }

    /// A number of several bytes, the lowest first.
    func littleNumber(at place: Int, bytes: Int) -> Int? {
        var number = 0
        for offset in (0..<bytes).reversed() {
            guard let byte = self[place + offset] else { return nil }
            number = number << 8 | Int(byte)
        }
        return number
    }

    func holds(_ text: StaticString, at place: Int) -> Bool {
        (0..<text.utf8CodeUnitCount).allSatisfy { self[place + $0] == text.utf8Start[$0] }
    }

    static func isBase64(_ text: JSONText) -> Bool { text.bytes.allSatisfy { value($0) != nil } }

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 65...90: byte - 65
        case 97...122: byte - 71
        case 48...57: byte + 4
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        case UInt8(ascii: "="): 0
        default: nil
        }
    }
}
