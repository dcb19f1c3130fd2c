/// Percent-encoding in addresses (RFC 3986 section 2.1), and in names that are put together with a character that means something.
package enum PercentEncoding {
    /// `text` with each byte of its UTF-8 as `%2F` but those that are kept: of a character beyond ASCII all of them, or none.
    package static func encoded(
        _ text: some StringProtocol, keeping isKept: (UInt8) -> Bool = PercentEncoding.isUnreserved
    ) -> String {
        let text = String(text)
        // Most names have nothing to encode.
        if text.utf8.allSatisfy(isKept) { return text }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isKept(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digit(byte >> 4), digit(byte & 15)]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Letters, digits and `- . _ ~` (section 2.3), which mean nothing anywhere in an address.
    package static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }

    /// - Returns: nil where a `%` has no two digits behind it, or what is left is no UTF-8.
    package static func decoded(_ text: some StringProtocol) -> String? {
        let text = String(text)
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        return bytes(of: text).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// What `text` stands for, be it UTF-8 or not; nil where a `%` has no two digits behind it.
    package static func bytes(of text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            // Not by `UInt8(_:radix:)`, which takes a sign for the first digit.
            guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                return nil
            }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 55 + value }
}

/// What an ASCII digit of either case stands for.
@inlinable
package func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 48...57: UInt32(byte - 48)
    case 65...70: UInt32(byte - 55)
    case 97...102: UInt32(byte - 87)
    default: nil
    }
}
