/// RIFF/WAVE: all that follows the head of `data` is sound, whatever length that says, since some writers leave it open.
enum WAVLength {
    static func milliseconds(of bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.has("RIFF", at: 0), bytes.has("WAVE", at: 8) else { return nil }
        var position = 12
        var rate: Int?
        while let size = bytes.littleEndian(4, at: position + 4) {
            let body = position + 8
            if bytes.has("fmt ", at: position) {
                guard let samples = bytes.littleEndian(4, at: body + 4),
                    let ofSecond = bytes.littleEndian(4, at: body + 8),
                    let ofSample = bytes.littleEndian(2, at: body + 12)
                else { return nil }
                // Both say the same of plain samples; where they don't, the slower is the longer.
                rate = [ofSecond, samples * ofSample].filter { $0 > 0 }.min()
            } else if bytes.has("data", at: position) {
                guard let rate else { return nil }
                return TuppenceDialects.milliseconds(of: bytes.count - body, rate: rate)
            }
            position = body + size + (size & 1)
        }
        return nil
    }
}
