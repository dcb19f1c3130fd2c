/// A hash that is the same on every machine and in every run, unlike Swift's own: FNV-1a with 64 bits.
/// Source: https://datatracker.ietf.org/doc/html/rfc9923 (the algorithm and its constants).
package struct StableHash: Hashable, Sendable {
    package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    package init() {}

    package mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { bytes in for byte in bytes { add(byte) } }
    }

    package mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }

    /// The same with every bit depending on every other, as the last bytes hardly reach FNV's upper bits: the finalizer of
    /// MurmurHash3 (https://github.com/aappleby/smhasher, public domain).
    package var mixed: UInt64 {
        var mixed = value
        mixed = (mixed ^ mixed >> 33) &* 0xff51_afd7_ed55_8ccd
        mixed = (mixed ^ mixed >> 33) &* 0xc4ce_b9fe_1a85_ec53
        return mixed ^ mixed >> 33
    }
}
