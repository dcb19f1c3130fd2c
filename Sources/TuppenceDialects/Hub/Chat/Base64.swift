/// Bytes as text of 64 letters (RFC 4648).
package enum Base64 {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// - Parameter forURL: with `-` and `_` in place of `+` and `/`, and nothing behind it.
    package static func encoded(_ bytes: some Collection<UInt8>, forURL: Bool = false) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        var buffer: UInt32 = 0
        var bits = 0
        func letter(_ value: UInt32) -> UInt8 {
            let letter = letters[Int(value & 63)]
            guard forURL else { return letter }
            return letter == UInt8(ascii: "+")
                ? UInt8(ascii: "-") : letter == UInt8(ascii: "/") ? UInt8(ascii: "_") : letter
        }
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                result.append(letter(buffer >> UInt32(bits)))
            }
        }
        if bits > 0 { result.append(letter(buffer << UInt32(6 - bits))) }
        while !forURL, result.count % 4 != 0 { result.append(UInt8(ascii: "=")) }
        return result
    }

    /// Takes both alphabets, with `=` at the end or without.
    ///
    /// - Returns: nil for what is no base64.
    package static func decoded(_ text: some Collection<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.count / 4 * 3)
        var buffer: UInt32 = 0
        var bits = 0
        var padding = 0
        for byte in text {
            let value: UInt32
            switch byte {
            case 65...90: value = UInt32(byte) - 65
            case 97...122: value = UInt32(byte) - 71
            case 48...57: value = UInt32(byte) + 4
            case UInt8(ascii: "+"), UInt8(ascii: "-"): value = 62
            case UInt8(ascii: "/"), UInt8(ascii: "_"): value = 63
            case UInt8(ascii: "="):
                padding += 1
                continue
            default: return nil
            }
            guard padding == 0 else { return nil }
            buffer = buffer << 6 | value
            bits += 6
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        // One letter alone is six bits, which are no byte.
        return bits == 6 || padding > 2 ? nil : result
    }
}
