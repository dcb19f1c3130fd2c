/// FLAC: the first block says how many samples there are (RFC 9639, section 8.2).
enum FLACLength {
    static func milliseconds(of bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.has("fLaC", at: 0), let kind = bytes.bigEndian(1, at: 4), kind & 0x7F == 0,
            let packed = bytes.bigEndian(4, at: 18), let low = bytes.bigEndian(4, at: 22)
        else { return nil }
        let samples = (packed & 0xF) << 32 | low
        // 0 is for one that nobody knew.
        guard samples > 0 else { return nil }
        return TuppenceDialects.milliseconds(of: samples, rate: packed >> 12)
    }
}
