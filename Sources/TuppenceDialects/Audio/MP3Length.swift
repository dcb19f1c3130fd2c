/// MPEG audio, layer III: its frames, counted one by one (ISO/IEC 11172-3, 13818-3). What is none is passed over.
enum MP3Length {
    private static let bitrates = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    private static let lowBitrates = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
    private static let rates = [44_100, 48_000, 32_000]

    static func milliseconds(of bytes: UnsafeRawBufferPointer) -> Int? {
        var position = afterTag(bytes)
        guard position < bytes.count, Frame(bytes, at: position) != nil else { return nil }
        // A recording has one rate; of several, each is counted at its own.
        var microseconds = 0
        while position + 4 <= bytes.count {
            guard let frame = Frame(bytes, at: position) else {
                position += 1
                continue
            }
            microseconds += frame.samples * 1_000_000 / frame.rate + 1
            position += frame.length
        }
        return (microseconds + 999) / 1_000
    }

    /// Where sound begins behind an ID3v2 tag, whose size is in seven bits a byte.
    private static func afterTag(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.has("ID3", at: 0), bytes.count >= 10 else { return 0 }
        let size = (6..<10).reduce(0) { $0 << 7 | Int(bytes[$1] & 0x7F) }
        return 10 + size + (bytes[5] & 0x10 != 0 ? 10 : 0)
    }

    private struct Frame {
        let length: Int
        let samples: Int
        let rate: Int

        init?(_ bytes: UnsafeRawBufferPointer, at position: Int) {
            guard let head = bytes.bigEndian(4, at: position), head >> 21 == 0x7FF else { return nil }
            let version = head >> 19 & 3
            let (bitrate, rate) = (head >> 12 & 15, head >> 10 & 3)
            // Layer III; a bitrate of 0 is one that nobody says.
            guard version != 1, head >> 17 & 3 == 1, bitrate != 0, bitrate != 15, rate != 3 else { return nil }
            let isFirst = version == 3
            samples = isFirst ? 1_152 : 576
            self.rate = MP3Length.rates[rate] >> (isFirst ? 0 : version == 2 ? 1 : 2)
            let kilobits = (isFirst ? MP3Length.bitrates : MP3Length.lowBitrates)[bitrate]
            length = samples / 8 * kilobits * 1_000 / self.rate + (head >> 9 & 1)
        }
    }
}
