/// A hash that is the same on every machine and in every run, unlike Swift's own: FNV-1a with 64 bits.
/// Source: https://datatracker.ietf.org/doc/html/rfc9923 (the algorithm and its constants).
enum StableHash {
    /// Sixteen hexadecimal digits.
    static func hex(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 {
            hash ^= UInt64(byte)
            hash &*= 0x0000_0100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
