/// MPEG-4 (`m4a`, `mp4`): the longest of the movie and its tracks (ISO/IEC 14496-12, `mvhd` and `mdhd`).
enum MP4Length {
    static func milliseconds(of bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.has("ftyp", at: 4) else { return nil }
        return longest(bytes, 0..<bytes.count, depth: 0)
    }

    private static func longest(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, depth: Int) -> Int? {
        var longest: Int?
        var position = range.lowerBound
        while position + 8 <= range.upperBound, let short = bytes.bigEndian(4, at: position) {
            var head = 8
            var size = short
            if short == 1 {
                guard let high = bytes.bigEndian(4, at: position + 8), high < 1 << 24,
                    let low = bytes.bigEndian(4, at: position + 12)
                else { break }
                (head, size) = (16, high << 32 | low)
            } else if short == 0 {
                size = range.upperBound - position
            }
            guard size >= head, size <= range.upperBound - position else { break }
            let body = (position + head)..<(position + size)
            var found: Int?
            if bytes.has("mvhd", at: position + 4) || bytes.has("mdhd", at: position + 4) {
                found = length(bytes, at: body.lowerBound)
            } else if depth < 4,
                bytes.has("moov", at: position + 4) || bytes.has("trak", at: position + 4)
                    || bytes.has("mdia", at: position + 4)
            {
                found = self.longest(bytes, body, depth: depth + 1)
            }
            if let found { longest = max(longest ?? 0, found) }
            position += size
        }
        return longest
    }

    private static func length(_ bytes: UnsafeRawBufferPointer, at body: Int) -> Int? {
        guard let version = bytes.bigEndian(1, at: body) else { return nil }
        let isLong = version == 1
        guard let scale = bytes.bigEndian(4, at: body + (isLong ? 20 : 12)),
            let low = bytes.bigEndian(4, at: body + (isLong ? 28 : 16)),
            let high = isLong ? bytes.bigEndian(4, at: body + 24) : 0
        else { return nil }
        // All ones, or none: it is not known, as of a recording in fragments.
        guard high < 1 << 24, low != 0xFFFF_FFFF, high != 0 || low != 0 else { return nil }
        return TuppenceDialects.milliseconds(of: high << 32 | low, rate: scale)
    }
}
