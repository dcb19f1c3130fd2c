/// Percent-encoding in paths and queries (RFC 3986 section 2.1).
package enum PercentEncoding {
    /// - Returns: nil where a `%` has no two digits behind it, or what is left is no UTF-8, or nothing.
    package static func decoded(_ text: some StringProtocol) -> String? {
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
        return bytes.isEmpty ? nil : String(validating: bytes, as: UTF8.self)
    }
}
