import TuppenceCore

extension StableHash {
    /// Sixteen hexadecimal digits.
    static func hex(_ text: String) -> String {
        var hash = StableHash()
        hash.add(text)
        let digits = String(hash.value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
