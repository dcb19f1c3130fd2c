/// The most tokens that a run of letters or of signs may have, for any vocabulary and for the large ones.
struct Parts {
    private var any = 0
    private var large = 0
    private var last: UInt8 = 0
    private var codes: UInt32 = Self.noCodes
    private(set) var most = SIMD2<Int32>.zero

    /// Two codes that are none of a small letter's.
    private static let noCodes: UInt32 = 0xFFFF_FFFF

    /// - Parameter isLoose: whether tokenizers may cut the run near here before they merge, so that nothing is known.
    @inline(__always)
    mutating func add(_ character: UInt8, _ tables: MergeTables, isLoose: Bool = false) {
        var merges: UInt8 = 0
        codes = codes << 8 | UInt32(MergeTables.code(character))
        if !isLoose {
            merges = tables.pairs[Int(last) << 7 | Int(character)]
            if codes & 0x80_8080 == 0 {
                merges |= tables.triples[Int(codes >> 6 & 0x7C00 | codes >> 3 & 0x3E0 | codes & 0x1F)]
            }
        }
        most &+= SIMD2(tables.segmentation.step(&any, merges & 7), tables.segmentation.step(&large, merges >> 3))
        last = character
    }
}
