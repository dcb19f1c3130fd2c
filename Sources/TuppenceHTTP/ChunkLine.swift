/// What stands before each chunk: `size *( ";" name [ "=" value ] )`, RFC 9112 section 7.1.
enum ChunkLine {
    /// The size that `line`, without its CR LF, gives; nil if it is no chunk line. Extensions mean nothing here.
    ///
    /// Stricter than the grammar in one place: no white space, which the RFC calls bad and readers disagree about.
    static func size(_ line: UnsafeRawBufferPointer) -> Int? {
        var size = 0
        var index = 0
        while index < line.count, let digit = hexDigit(line[index]) {
            // Fifteen digits keep within Int; leading zeros count too, so that nobody can pad for ever.
            guard index < 15 else { return nil }
            size = size << 4 | digit
            index += 1
        }
        guard index > 0 else { return nil }
        while index < line.count {
            guard let end = endOfExtension(line, from: index) else { return nil }
            index = end
        }
        return size
    }

    /// Where the extension ends that begins at `start`, or nil if none does.
    private static func endOfExtension(_ line: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard line[start] == UInt8(ascii: ";") else { return nil }
        let nameEnd = line.skip(.token, from: start + 1)
        guard nameEnd > start + 1 else { return nil }
        guard nameEnd < line.count, line[nameEnd] == UInt8(ascii: "=") else { return nameEnd }
        let value = nameEnd + 1
        if value < line.count, line[value] == UInt8(ascii: "\"") { return endOfQuotes(line, from: value) }
        let end = line.skip(.token, from: value)
        return end > value ? end : nil
    }

    /// Where the quoted string ends that begins at `start`, or nil if it does not end.
    private static func endOfQuotes(_ line: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard line.isFieldValue else { return nil }
        var index = start + 1
        while index < line.count {
            if line[index] == UInt8(ascii: "\"") { return index + 1 }
            index += line[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    private static func hexDigit(_ byte: UInt8) -> Int? {
        switch byte {
        case 48...57: Int(byte - 48)
        case 65...70: Int(byte - 55)
        case 97...102: Int(byte - 87)
        default: nil
        }
    }
}
