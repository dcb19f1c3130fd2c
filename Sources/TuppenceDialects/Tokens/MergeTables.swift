/// What vocabularies have in common: which characters they merge, which words they know, what a character costs.
///
/// Each fact holds for two groups of vocabularies: for all that were looked at, and for the large ones among them. They
/// are written by `scripts/input_bound/tables.py`, which names the vocabularies.
final class MergeTables: Sendable {
    static let shared = MergeTables()

    // The three tables are written while this is made, and only read from then on, by all threads; they are never freed.

    /// For two characters of ASCII, the first one's code times 128 and the second's, what is merged: in any vocabulary in
    /// the lower three bits, in a large one in those above, as ``Segmentation/Merges`` has them.
    nonisolated(unsafe) let pairs: UnsafeMutablePointer<UInt8>
    /// The same for three small letters by their codes, of which the first may be a space.
    nonisolated(unsafe) let triples: UnsafeMutablePointer<UInt8>
    let segmentation = SegmentationTable()
    /// Four bits a character from U+0080 to U+FFFF: its tokens in any vocabulary and in a large one; 0 is more than three.
    private nonisolated(unsafe) let characters: UnsafeMutablePointer<UInt8>
    private let words: WordTable

    private init() {
        pairs = Self.unpack(MergeTables.pairData, count: 128 * 128, bitsEach: 2)
        for pair in 0..<128 * 128 { pairs[pair] = pairs[pair] & 1 | (pairs[pair] & 2) << 2 }
        triples = Self.unpack(MergeTables.tripleData, count: 32 * 32 * 32, bitsEach: 4)
        for triple in 0..<32 * 32 * 32 { triples[triple] = (triples[triple] & 3) << 1 | (triples[triple] & 12) << 2 }
        characters = Self.unpack(MergeTables.characterData, count: 0x10000 - 0x80, bitsEach: 4)
        words = WordTable(MergeTables.wordData)
    }

    /// 1 for `a`, 0 for a space, more than 127 for anything but small letters.
    @inline(__always)
    static func code(_ byte: UInt8) -> UInt8 { byte &- 97 < 26 ? byte & 31 : byte == 32 ? 0 : 0x80 }

    /// The most tokens of a character beyond ASCII, for any vocabulary and for the large ones.
    @inline(__always)
    func character(_ scalar: UInt32) -> SIMD2<Int32> {
        // Beyond the basic plane a character has four bytes, and there are vocabularies that know little of them.
        guard scalar < 0x10000 else { return SIMD2(4, 4) }
        guard scalar >= 0x80 else { return SIMD2(1, 1) }
        let tokens = characters[Int(scalar) - 0x80]
        return SIMD2(Self.few(tokens & 3), Self.few(tokens >> 2))
    }

    /// Ligatures and signs that a vocabulary spells out before it looks: up to 18 letters.
    private static func few(_ tokens: UInt8) -> Int32 { tokens == 0 ? 18 : Int32(tokens) }

    @inline(__always)
    func word(_ letters: UInt64) -> WordTable.Tokens? { words[letters] }

    /// Unpacks text of four characters for three bytes, lowest bits first.
    private static func unpack(_ text: StaticString, count: Int, bitsEach: Int) -> UnsafeMutablePointer<UInt8> {
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
        var bits: UInt32 = 0
        var held = 0
        var next = 0
        for index in 0..<count {
            while held < bitsEach {
                bits |= UInt32(text.utf8Start[next] - 48) << UInt32(held)
                held += 6
                next += 1
            }
            table[index] = UInt8(truncatingIfNeeded: bits & (1 << UInt32(bitsEach) - 1))
            bits >>= UInt32(bitsEach)
            held -= bitsEach
        }
        precondition(next == text.utf8CodeUnitCount, "the table does not fit its text")
        return table
    }
}
