/// A generator that gives the same numbers for the same text, in every process.
struct SandboxSeed: RandomNumberGenerator {
    private var state: UInt64

    init(_ text: String) { state = Self.hash(text) }

    /// FNV-1a, 64 bits.
    static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Evenly spread over -1 ..< 1.
    mutating func nextUnit() -> Double { Double(next() >> 11) / Double(UInt64(1) << 52) - 1 }
}
