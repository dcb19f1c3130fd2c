import TuppenceCore

/// A string within JSON bytes, without its quotes; valid as long as the bytes are.
package struct JSONText {
    package let bytes: UnsafeRawBufferPointer
    package let isEscaped: Bool

    package var isEmpty: Bool { bytes.isEmpty }

    /// Whether the string is `text`, escapes resolved.
    @inline(__always)
    package func equals(_ text: StaticString) -> Bool {
        if isEscaped { return decoded == text.description }
        guard bytes.count == text.utf8CodeUnitCount else { return false }
        guard let base = bytes.baseAddress else { return true }
        // All bytes of a literal whose length is known: no loop is left of this.
        var difference: UInt8 = 0
        for index in 0..<text.utf8CodeUnitCount {
            difference |= base.load(fromByteOffset: index, as: UInt8.self) ^ text.utf8Start[index]
        }
        return difference == 0
    }

    /// Whether it begins with `text`, escapes resolved: many encoders write `\/` for every slash.
    package func hasPrefix(_ text: StaticString) -> Bool {
        if isEscaped {
            var end = 0
            for _ in 0..<text.utf8CodeUnitCount where end < bytes.count { end += lengthOfSign(at: end) }
            let beginning = JSONText(bytes: UnsafeRawBufferPointer(rebasing: bytes[..<end]), isEscaped: true)
            return text.withUTF8Buffer { beginning.decoded.utf8.starts(with: $0) }
        }
        guard bytes.count >= text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount where bytes[index] != text.utf8Start[index] { return false }
        return true
    }

    /// The string with its escapes resolved; a lone surrogate becomes U+FFFD.
    package var decoded: String {
        guard isEscaped else { return String(decoding: bytes, as: UTF8.self) }
        var units: [UInt8] = []
        units.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\") else {
                let end = bytes[index...].firstIndex(of: UInt8(ascii: "\\")) ?? bytes.count
                units.append(contentsOf: bytes[index..<end])
                index = end
                continue
            }
            switch bytes[index + 1] {
            case UInt8(ascii: "b"): units.append(8)
            case UInt8(ascii: "f"): units.append(12)
            case UInt8(ascii: "n"): units.append(10)
            case UInt8(ascii: "r"): units.append(13)
            case UInt8(ascii: "t"): units.append(9)
            case UInt8(ascii: "u"):
                var code = codeUnit(at: index + 2)
                index += 6
                if code & 0xFC00 == 0xD800, index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"),
                    bytes[index + 1] == UInt8(ascii: "u")
                {
                    let low = codeUnit(at: index + 2)
                    if low & 0xFC00 == 0xDC00 {
                        code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
                        index += 6
                    }
                }
                units.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
                continue
            default: units.append(bytes[index + 1])
            }
            index += 2
        }
        return String(decoding: units, as: UTF8.self)
    }

    /// Calls `body` with the same text, in which nothing is escaped.
    func withoutEscapes<Result>(_ body: (JSONText) -> Result) -> Result {
        guard isEscaped else { return body(self) }
        var text = decoded
        return text.withUTF8 { body(JSONText(bytes: UnsafeRawBufferPointer($0), isEscaped: false)) }
    }

    /// Of a byte that stands for itself, or of an escape.
    private func lengthOfSign(at index: Int) -> Int {
        guard bytes[index] == UInt8(ascii: "\\") else { return 1 }
        return bytes[index + 1] == UInt8(ascii: "u") ? 6 : 2
    }

    private func codeUnit(at index: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 << 4 | (hexDigit(bytes[index + $1]) ?? 0) }
    }
}

/// A number within JSON bytes, as it is written.
package struct JSONNumber {
    package let bytes: UnsafeRawBufferPointer
    /// Whether it is written without fraction and exponent.
    package let isInteger: Bool

    /// Its value where it is written as an integer that fits.
    package var integer: Int? {
        guard isInteger else { return nil }
        var value = 0
        let negative = bytes[0] == UInt8(ascii: "-")
        for byte in bytes[(negative ? 1 : 0)...] {
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow2) = shifted.addingReportingOverflow(Int(byte - 48))
            if overflow || overflow2 { return nil }
            value = sum
        }
        return negative ? -value : value
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
