/// The width and height of an image, read from its first bytes: PNG, GIF, WebP and JPEG.
struct ImageSize: Hashable {
    var width: Int
    var height: Int

    /// Nil where the text is no data URL in Base64, or what it holds is none of the four, or cut off before its size.
    init?(dataURL text: JSONText) {
        guard !text.isEscaped, let comma = text.bytes.prefix(64).firstIndex(of: UInt8(ascii: ",")) else { return nil }
        let head = text.bytes[..<comma]
        guard head.count >= 7, head.suffix(7).elementsEqual(";base64".utf8) else { return nil }
        self.init(Base64Bytes(UnsafeRawBufferPointer(rebasing: text.bytes[(comma + 1)...])))
    }

    init?(_ bytes: Base64Bytes) {
        let size =
            if bytes[0] == 0x89 && bytes.holds("PNG\r\n\u{1A}\n", at: 1) {
                Self.png(bytes)
            } else if bytes.holds("GIF8", at: 0) {
                (bytes.littleNumber(at: 6, bytes: 2), bytes.littleNumber(at: 8, bytes: 2))
            } else if bytes.holds("RIFF", at: 0) && bytes.holds("WEBP", at: 8) {
                Self.webP(bytes)
            } else if bytes.number(at: 0, bytes: 3) == 0xFFD8FF {
                Self.jpeg(bytes)
            } else {
                (Int?.none, Int?.none)
            }
        guard let width = size.0, let height = size.1, width > 0, height > 0 else { return nil }
        (self.width, self.height) = (width, height)
    }

    private static func png(_ bytes: Base64Bytes) -> (Int?, Int?) {
        guard bytes.holds("IHDR", at: 12) else { return (nil, nil) }
        return (bytes.number(at: 16, bytes: 4), bytes.number(at: 20, bytes: 4))
    }

    private static func webP(_ bytes: Base64Bytes) -> (Int?, Int?) {
        if bytes.holds("VP8X", at: 12) {
            return (
                bytes.littleNumber(at: 24, bytes: 3).map { $0 + 1 }, bytes.littleNumber(at: 27, bytes: 3).map { $0 + 1 }
            )
        }
        if bytes.holds("VP8L", at: 12), bytes[20] == 0x2F, let bits = bytes.littleNumber(at: 21, bytes: 4) {
            return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        }
        if bytes.holds("VP8 ", at: 12), bytes.number(at: 23, bytes: 3) == 0x9D012A {
            return (
                bytes.littleNumber(at: 26, bytes: 2).map { $0 & 0x3FFF },
                bytes.littleNumber(at: 28, bytes: 2).map { $0 & 0x3FFF }
            )
        }
        return (nil, nil)
    }

    /// Goes from segment to segment until the one that begins a frame.
    private static func jpeg(_ bytes: Base64Bytes) -> (Int?, Int?) {
        var place = 2
        // More segments than any camera writes.
        for _ in 0..<256 {
            guard bytes[place] == 0xFF, let marker = bytes[place + 1] else { break }
            switch marker {
            case 0xFF: place += 1
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                return (bytes.number(at: place + 7, bytes: 2), bytes.number(at: place + 5, bytes: 2))
            case 0xD8...0xDA, 0x00: return (nil, nil)
            case 0x01, 0xD0...0xD7: place += 2
            default:
                guard let length = bytes.number(at: place + 2, bytes: 2), length >= 2 else { return (nil, nil) }
                place += 2 + length
            }
        }
        return (nil, nil)
    }
}
