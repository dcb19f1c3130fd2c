/// Ogg with Opus or Vorbis in it: its pages say how many samples there are up to their ends (RFC 3533, RFC 7845).
enum OggLength {
    static func milliseconds(of bytes: UnsafeRawBufferPointer) -> Int? {
        var position = 0
        var rate: Int?
        var total = 0
        var last = 0
        while bytes.has("OggS", at: position) {
            guard let flags = bytes.littleEndian(1, at: position + 5),
                let low = bytes.littleEndian(4, at: position + 6),
                let high = bytes.littleEndian(4, at: position + 10),
                let count = bytes.littleEndian(1, at: position + 26),
                position + 27 + count <= bytes.count
            else { break }
            let body = position + 27 + count
            if flags & 2 != 0 {
                // Another recording in the same file.
                guard let begun = Self.rate(bytes, at: body), rate == nil || rate == begun else { return nil }
                rate = begun
                total = min(total + last, 1 << 60)
                last = 0
            }
            // All ones where no packet ends on the page; no recording has as many samples as a thousand years have.
            if high < 1 << 20 { last = max(last, high << 32 | low) }
            position = (0..<count).reduce(body) { $0 + Int(bytes[position + 27 + $1]) }
        }
        guard let rate, total + last > 0 else { return nil }
        return TuppenceDialects.milliseconds(of: total + last, rate: rate)
    }

    private static func rate(_ bytes: UnsafeRawBufferPointer, at body: Int) -> Int? {
        // Whatever it was recorded at, Opus counts 48,000.
        if bytes.has("OpusHead", at: body) { return 48_000 }
        return bytes.has("\u{1}vorbis", at: body) ? bytes.littleEndian(4, at: body + 12) : nil
    }
}
