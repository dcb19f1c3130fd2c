/// Looks for the end of a string of JSON.
enum StringEnd {
    /// Where the next quote, backslash or control character stands, or `count`. Names end within sixteen bytes.
    @inline(__always)
    static func firstSpecial(_ base: UnsafePointer<UInt8>, _ start: Int, _ count: Int) -> Int {
        guard start &+ 16 <= count else { return firstSpecial(base, byte: start, count) }
        return place(of: specials(base + start)).map { start &+ $0 } ?? firstSpecial(base, farther: start &+ 16, count)
    }

    /// The same for text: sixty-four bytes at a time, then sixteen.
    private static func firstSpecial(_ base: UnsafePointer<UInt8>, farther start: Int, _ count: Int) -> Int {
        var index = start
        while index &+ 64 <= count {
            let here = base + index
            let (first, second) = (specials(here), specials(here + 16))
            let (third, fourth) = (specials(here + 32), specials(here + 48))
            if place(of: first .| second .| third .| fourth) != nil {
                if let place = place(of: first) { return index &+ place }
                if let place = place(of: second) { return index &+ 16 &+ place }
                if let place = place(of: third) { return index &+ 32 &+ place }
                return index &+ 48 &+ (place(of: fourth) ?? 0)
            }
            index &+= 64
        }
        while index &+ 16 <= count {
            if let place = place(of: specials(base + index)) { return index &+ place }
            index &+= 16
        }
        return firstSpecial(base, byte: index, count)
    }

    private static func firstSpecial(_ base: UnsafePointer<UInt8>, byte start: Int, _ count: Int) -> Int {
        var index = start
        while index < count {
            let byte = base[index]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 32 { return index }
            index &+= 1
        }
        return count
    }

    /// Which of sixteen bytes end a plain text.
    @inline(__always)
    private static func specials(_ bytes: UnsafePointer<UInt8>) -> SIMDMask<SIMD16<Int8>> {
        // Vector against vector: comparisons with a single byte are compiled to loops.
        let quote = SIMD16<UInt8>(repeating: UInt8(ascii: "\""))
        let backslash = SIMD16<UInt8>(repeating: UInt8(ascii: "\\"))
        let space = SIMD16<UInt8>(repeating: 32)
        let bytes = UnsafeRawPointer(bytes).loadUnaligned(as: SIMD16<UInt8>.self)
        return (bytes .== quote) .| (bytes .== backslash) .| (bytes .< space)
    }

    /// The first of sixteen that is set.
    @inline(__always)
    private static func place(of mask: SIMDMask<SIMD16<Int8>>) -> Int? {
        // A byte of ones for each that is, looked at as two words.
        let words = unsafeBitCast(mask, to: SIMD2<UInt64>.self)
        if words[0] | words[1] == 0 { return nil }
        return words[0] != 0
            ? UInt64(littleEndian: words[0]).trailingZeroBitCount / 8
            : 8 &+ UInt64(littleEndian: words[1]).trailingZeroBitCount / 8
    }
}
