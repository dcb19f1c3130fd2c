/// Words of up to twelve letters that vocabularies know, and the tokens that each has.
struct WordTable: Sendable {
    /// Two bits a form and group of vocabularies; 0 is unknown.
    struct Tokens {
        private let bits: UInt16

        fileprivate init(bits: UInt16) { self.bits = bits }

        /// For any vocabulary and for the large ones; a space before the word is included.
        @inline(__always)
        func tokens(isSpaced: Bool, isCapital: Bool) -> SIMD2<Int32>? {
            let form = bits >> ((isCapital ? 4 : 0) + (isSpaced ? 0 : 2))
            let (any, large) = (Int32(form & 3), Int32(form >> 8 & 3))
            return any == 0 || large == 0 ? nil : SIMD2(any, large)
        }
    }

    private static let bits: UInt64 = 15
    // Written while this is made, and only read from then on, by all threads; neither is freed.
    private nonisolated(unsafe) let keys: UnsafeMutablePointer<UInt64>
    private nonisolated(unsafe) let values: UnsafeMutablePointer<UInt16>

    /// - Parameter text: each word in small letters, followed by its sixteen bits as four hexadecimal digits in capitals.
    init(_ text: StaticString) {
        let size = 1 << Int(Self.bits)
        keys = .allocate(capacity: size)
        keys.initialize(repeating: 0, count: size)
        values = .allocate(capacity: size)
        values.initialize(repeating: 0, count: size)
        var letters: UInt64 = 0
        var value: UInt16 = 0
        var digits = 0
        for index in 0..<text.utf8CodeUnitCount {
            let byte = text.utf8Start[index]
            if byte >= 97 {
                letters = letters << 5 | UInt64(byte & 31)
                continue
            }
            value = value << 4 | UInt16(byte < 58 ? byte - 48 : byte - 55)
            digits += 1
            guard digits == 4 else { continue }
            let slot = slot(of: letters)
            (keys[slot], values[slot]) = (letters, value)
            (letters, digits) = (0, 0)
        }
    }

    /// - Parameter letters: five bits a letter, the first one highest; `a` is 1.
    @inline(__always)
    subscript(letters: UInt64) -> Tokens? {
        let slot = slot(of: letters)
        return keys[slot] == letters ? Tokens(bits: values[slot]) : nil
    }

    /// Where `letters` are, or could be put.
    @inline(__always)
    private func slot(of letters: UInt64) -> Int {
        var slot = Int(truncatingIfNeeded: (letters &* 0x9E37_79B9_7F4A_7C15) >> (64 - Self.bits))
        while keys[slot] != letters && keys[slot] != 0 { slot = (slot + 1) & (1 << Int(Self.bits) - 1) }
        return slot
    }
}
