/// Searches that look at eight bytes at a time. In a word of eight, the highest bit of a byte marks a hit; a borrow may
/// mark bytes behind the first hit too, so only the first is believed.
extension UnsafeRawBufferPointer {
    /// The index of the first LF at or after `start`.
    func firstNewline(from start: Int) -> Int? {
        first(from: start, inWord: { $0.bytesEqual(to: 0x0A) }, inByte: { $0 == 0x0A })
    }

    /// The index of the first byte at or after `start` that no field value may have: a control character other than
    /// tab, so CR, LF and NUL too. Obs-text (from 0x80 on) is allowed.
    func firstNonValue(from start: Int) -> Int? {
        var start = start
        while let index = firstControl(from: start) {
            if self[index] != 0x09 { return index }
            start = index + 1
        }
        return nil
    }

    private func firstControl(from start: Int) -> Int? {
        first(
            from: start, inWord: { $0.bytesBelow(0x20) | $0.bytesEqual(to: 0x7F) }, inByte: { $0 < 0x20 || $0 == 0x7F })
    }

    @inline(__always)
    private func first(from start: Int, inWord marks: (UInt64) -> UInt64, inByte isHit: (UInt8) -> Bool) -> Int? {
        var index = start
        while index + 8 <= count {
            let hits = marks(UInt64(littleEndian: loadUnaligned(fromByteOffset: index, as: UInt64.self)))
            if hits != 0 { return index + hits.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < count {
            if isHit(self[index]) { return index }
            index += 1
        }
        return nil
    }
}

extension UInt64 {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// Marks the bytes that are less than `bound`, which is at most 0x80.
    @inline(__always)
    fileprivate func bytesBelow(_ bound: UInt64) -> UInt64 { (self &- Self.ones &* bound) & ~self & Self.highBits }

    @inline(__always)
    fileprivate func bytesEqual(to byte: UInt64) -> UInt64 { (self ^ (Self.ones &* byte)).bytesBelow(1) }
}
