/// The most tokens that text may have in a vocabulary that is not known byte by byte.
package struct TextTokens: Hashable, Sendable {
    /// In any vocabulary, and in any of the large ones: a hundred thousand tokens and more.
    var most = SIMD2<Int64>.zero
    /// How many fewer it is where up to three digits are one token.
    var sparedDigits: Int64 = 0

    package var any: Int { Int(most.x) }
    package var large: Int { Int(most.y) }
    /// In the large ones that take digits by threes.
    package var grouped: Int { Int(most.y - sparedDigits) }

    @inline(__always)
    mutating func add(_ more: SIMD2<Int32>) { most &+= SIMD2(truncatingIfNeeded: more) }

    static func += (left: inout TextTokens, right: TextTokens) {
        left.most &+= right.most
        left.sparedDigits &+= right.sparedDigits
    }
}
