/// A fast generator for choices and ids (xoshiro256**, D. Blackman and S. Vigna, 2018). Not for secrets.
///
/// The system's own generator enters the kernel for every number, which a request would do several times.
public struct RandomSource: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// The same seed gives the same numbers.
    public init(seed: UInt64) {
        // Spread over the state by SplitMix64, as the authors advise.
        var word = seed
        func next() -> UInt64 {
            word &+= 0x9E37_79B9_7F4A_7C15
            var mixed = word
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
        state = (next(), next(), next(), next())
    }

    public mutating func next() -> UInt64 {
        let result = rotated(state.1 &* 5, 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotated(state.3, 45)
        return result
    }

    @inline(__always)
    private func rotated(_ word: UInt64, _ bits: UInt64) -> UInt64 { word << bits | word >> (64 - bits) }
}
