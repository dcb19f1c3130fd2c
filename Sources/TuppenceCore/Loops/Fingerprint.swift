/// A number that requests have in common which are nearly the same, and others hardly ever.
///
/// All bytes count but for what programs put in anew each time: ids, dates and times. Near the ends of a message, where
/// callers' ids stand, that is words of eight letters and more with a digit in them; in its middle it is digits and the
/// letters of hexadecimal numbers. Short numbers count: the sums of an exam are different questions.
///
/// It has to cost next to nothing, and may be wrong about two requests now and then: it takes dozens that agree.
public struct Fingerprint: Sendable {
    private var sum: UInt64 = 0

    public init() {}

    public var value: UInt64 { mixed(sum) }

    public mutating func add(_ name: String) {
        var hash = StableHash()
        hash.add(name)
        add(hash.value)
    }

    /// - Parameter message: JSON as it came, such as one message of a chat.
    public mutating func add(_ message: UnsafeRawBufferPointer) {
        guard message.count > 2 * Self.end else { return add(WordSum(message).value) }
        add(WordSum(UnsafeRawBufferPointer(rebasing: message[..<Self.end])).value)
        add(WordSum(UnsafeRawBufferPointer(rebasing: message[(message.count - Self.end)...])).value)
        addMiddle(UnsafeRawBufferPointer(rebasing: message[Self.end..<(message.count - Self.end)]))
    }

    private mutating func add(_ part: UInt64) { sum = mixed(sum &+ part &+ 0x9E37_79B9_7F4A_7C15) }

    /// Of what is long, the beginning, the end and samples in between: this is no place to read a book.
    private mutating func addMiddle(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > Self.whole else { return add(BlockSum(bytes).value) }
        let quarter = Self.whole / 4
        add(BlockSum(UnsafeRawBufferPointer(rebasing: bytes[..<quarter])).value)
        add(BlockSum(UnsafeRawBufferPointer(rebasing: bytes[(bytes.count - quarter)...])).value)
        let samples = 2 * quarter / Self.sample
        let stride = (bytes.count - 2 * quarter) / samples
        for index in 0..<samples {
            let start = quarter + index * stride
            add(BlockSum(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + Self.sample)])).value)
        }
    }

    /// How much of a message counts as its beginning, and as its end.
    private static let end = 128
    /// How much of a middle is read, and in what pieces where that is not all of it.
    private static let whole = 8 << 10
    private static let sample = 256
}

private typealias Block = SIMD16<UInt8>

private func mixed(_ word: UInt64) -> UInt64 {
    let product = (word ^ word >> 32) &* 0xD6E8_FEB8_6659_FD93
    return product ^ product >> 32
}

/// Bytes less the words among them that look like ids. Where there is none of these, all in their order; else the other
/// words, in whatever order.
private struct WordSum {
    private(set) var value: UInt64 = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        // A window and what a look beyond its last byte may touch.
        withUnsafeTemporaryAllocation(byteCount: 80, alignment: 16) { window in
            window.initializeMemory(as: UInt8.self, repeating: 0)
            var start = 0
            while start < bytes.count {
                let count = min(64, bytes.count - start)
                if count < 64 { window.initializeMemory(as: UInt8.self, repeating: 0) }
                window.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)]))
                start += add(bytes, from: start, count, window)
            }
        }
    }

    /// Adds one window: a bit for each byte says what it is, so that no byte is looked at by itself.
    ///
    /// - Parameter window: a copy of it with zeros behind, to work on.
    /// - Returns: how much of it has been read: a word that may go on behind it is left to the next.
    private mutating func add(
        _ bytes: UnsafeRawBufferPointer, from start: Int, _ count: Int, _ window: UnsafeMutableRawBufferPointer
    ) -> Int {
        var words: UInt64 = 0
        var digits = Block()
        for offset in stride(from: 0, to: count, by: 16) {
            let block = window.load(fromByteOffset: offset, as: Block.self)
            digits |= block.isWithin(48, count: 10).block
            // Whatever white space, quotes and commas leave together: a date or a time is one word.
            words |= (block .>= Block(repeating: 45)).bits &<< UInt64(offset)
        }
        var read = count
        if start + count < bytes.count, words &>> 63 == 1, words != .max {
            read = 64 - (~words).leadingZeroBitCount
            words &= (1 &<< UInt64(read)) &- 1
        }
        let part = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + read)])
        // Without a digit there is no id in it, and everything counts as it is.
        if digits.isZero {
            value = mixed(value &+ BlockSum(part, kept: .all).value)
        } else {
            addWords(words, window, part)
        }
        return read
    }

    private mutating func addWords(
        _ words: UInt64, _ window: UnsafeMutableRawBufferPointer, _ part: UnsafeRawBufferPointer
    ) {
        var digits: UInt64 = 0
        var special = Block()
        for offset in stride(from: 0, to: part.count, by: 16) {
            let block = window.load(fromByteOffset: offset, as: Block.self)
            digits |= block.isWithin(48, count: 10).bits &<< UInt64(offset)
            special |= block & Block(repeating: 128) | (block .== Block(repeating: 92)).block
        }
        add(words, digits, UnsafeRawBufferPointer(window))
        if !special.isZero { addRest(part) }
    }

    private mutating func add(_ words: UInt64, _ digits: UInt64, _ window: UnsafeRawBufferPointer) {
        var words = words
        while words != 0 {
            let start = UInt64(words.trailingZeroBitCount)
            // Added to its lowest place, a run of ones carries on to its end.
            let behind = words &+ (1 &<< start)
            let end = behind == 0 ? 64 : UInt64((behind & ~words).trailingZeroBitCount)
            let word = words & ~behind
            words &= behind
            let length = end &- start
            let mask = UInt64.max &>> (64 &- 8 &* min(length, 8))
            let first = window.loadUnaligned(fromByteOffset: Int(start), as: UInt64.self) & mask
            let last = window.loadUnaligned(fromByteOffset: Int(max(end, 8) &- 8), as: UInt64.self)
            let isID = digits & word != 0 && length >= 8
            value &+= isID ? 0 : mixed(first &* 0x9FB2_1C65_1E98_DF25 &+ (length > 8 ? last : 0) &+ length)
        }
    }

    /// Scripts beyond ASCII know no spaces: all of their bytes count, in their order. So do all bytes where they are
    /// written as \u4f60, which would look like an id.
    private mutating func addRest(_ window: UnsafeRawBufferPointer) {
        var isEscaped = false
        var hasOthers = false
        for index in 0..<window.count {
            hasOthers = hasOthers || window[index] >= 0x80
            isEscaped = isEscaped || index > 0 && window[index] == UInt8(ascii: "u") && window[index - 1] == 92
        }
        guard isEscaped || hasOthers else { return }
        value &+= BlockSum(window, kept: isEscaped ? .all : .beyondASCII).value
    }
}

/// Bytes in their order, sixteen at a time, less what numbers are written with.
private struct BlockSum {
    enum Kept {
        case all, letters, beyondASCII
    }

    let value: UInt64

    init(_ bytes: UnsafeRawBufferPointer, kept: Kept = .letters) {
        switch kept {
        // Of text that is written as \u4f60 nothing else would be left.
        case .letters where !Self.isEscaped(bytes):
            value = Self.sum(bytes) { block in
                let letters = (block | Block(repeating: 32)).isWithin(97, count: 6)
                return block & ~(block.isWithin(48, count: 10) .| letters).block
            }
        case .letters, .all: value = Self.sum(bytes) { $0 }
        case .beyondASCII: value = Self.sum(bytes) { $0 & ($0 .>= Block(repeating: 128)).block }
        }
    }

    @inline(__always)
    private static func sum(_ bytes: UnsafeRawBufferPointer, _ kept: (Block) -> Block) -> UInt64 {
        var sum = SIMD8<UInt16>(repeating: 0x1D35)
        var start = 0
        while start &+ 16 <= bytes.count {
            let block = bytes.loadUnaligned(fromByteOffset: start, as: Block.self)
            sum = sum &* SIMD8(repeating: 0x6F4B) &+ unsafeBitCast(kept(block), to: SIMD8<UInt16>.self)
            start &+= 16
        }
        if start < bytes.count {
            let block = kept(Block(lastOf: bytes))
            sum = sum &* SIMD8(repeating: 0x6F4B) &+ unsafeBitCast(block, to: SIMD8<UInt16>.self)
        }
        let halves = unsafeBitCast(sum, to: SIMD2<UInt64>.self)
        return mixed(mixed(halves[0]) &+ halves[1])
    }

    /// Whether there are escapes by number; one among the last bytes may be missed.
    private static func isEscaped(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var escapes = Block()
        var start = 0
        while start &+ 17 <= bytes.count {
            let block = bytes.loadUnaligned(fromByteOffset: start, as: Block.self)
            let next = bytes.loadUnaligned(fromByteOffset: start &+ 1, as: Block.self)
            escapes |= ((block .== Block(repeating: 92)) .& (next .== Block(repeating: 117))).block
            start &+= 16
        }
        return !escapes.isZero
    }
}

extension Block {
    /// The last sixteen bytes, or all there are.
    fileprivate init(lastOf bytes: UnsafeRawBufferPointer) {
        if bytes.count >= 16 {
            self = bytes.loadUnaligned(fromByteOffset: bytes.count - 16, as: Block.self)
        } else {
            self.init()
            for index in 0..<bytes.count { self[index] = bytes[index] }
        }
    }

    @inline(__always)
    fileprivate var isZero: Bool {
        let halves = unsafeBitCast(self, to: SIMD2<UInt64>.self)
        return halves[0] | halves[1] == 0
    }

    /// Which bytes are one of `count` from `first` on.
    @inline(__always)
    fileprivate func isWithin(_ first: UInt8, count: UInt8) -> SIMDMask<SIMD16<Int8>> {
        (self &- Block(repeating: first)) .< Block(repeating: count)
    }
}

extension SIMDMask<SIMD16<Int8>> {
    /// 255 where it is true and 0 elsewhere, as it is in memory.
    @inline(__always)
    fileprivate var block: Block { unsafeBitCast(self, to: Block.self) }

    /// A bit for each place, the first one lowest.
    @inline(__always)
    fileprivate var bits: UInt64 {
        let weights = Block(1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128)
        let halves = unsafeBitCast(block & weights, to: SIMD2<UInt64>.self)
        // Multiplied by ones, the bytes add up in the topmost.
        let ones: UInt64 = 0x0101_0101_0101_0101
        return (halves[0] &* ones) &>> 56 | ((halves[1] &* ones) &>> 56) &<< 8
    }
}
