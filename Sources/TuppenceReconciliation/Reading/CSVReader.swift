/// Walks CSV bytes record by record, by RFC 4180: commas, double quotes, `""` for a quote within them.
///
/// Lines end with CRLF or LF. A byte order mark at the beginning and empty lines are passed over. Everything else that
/// RFC 4180 does not allow is an error: what cannot be read for certain is not guessed, because it is money.
struct CSVReader {
    /// Where a field stands, without its quotes.
    private struct Field {
        var range: Range<Int>
        /// Whether there are doubled quotes in it.
        var isEscaped: Bool
    }

    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var currentLine = 1
    private var fields: [Field] = []
    /// How many fields every record has: as many as the first. nil before that.
    private(set) var width: Int?
    /// The line that the present record begins on, from 1. A quoted field may hold line ends.
    private(set) var line = 1

    /// No export has as many; a file of commas does not fill the memory.
    static let maximumFields = 1_024

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// Moves to the next record; false if there is none.
    mutating func next() throws(ExportError) -> Bool {
        skipEmptyLines()
        guard position < bytes.count else { return false }
        line = currentLine
        fields.removeAll(keepingCapacity: true)
        repeat {
            guard fields.count < width ?? Self.maximumFields else {
                throw ExportError(line: line, "more than \(width ?? Self.maximumFields) fields.")
            }
            fields.append(try field())
        } while try !endOfRecord()
        if let width, fields.count != width {
            throw ExportError(line: line, "\(fields.count) fields, where the first line has \(width).")
        }
        width = fields.count
        return true
    }

    /// The field at `index`, with doubled quotes resolved.
    func text(_ index: Int) -> String {
        let field = fields[index]
        let raw = UnsafeRawBufferPointer(rebasing: bytes[field.range])
        guard field.isEscaped else { return String(decoding: raw, as: UTF8.self) }
        var text: [UInt8] = []
        text.reserveCapacity(raw.count)
        var isSecond = false
        for byte in raw {
            isSecond = byte == UInt8(ascii: "\"") && !isSecond
            // The first of two quotes is left out.
            if !isSecond { text.append(byte) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of the field at `index`. Quotes in it are doubled still, so this is for numbers.
    func raw(_ index: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[fields[index].range]) }

    private mutating func skipEmptyLines() {
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "\n") {
                position += 1
            } else if bytes[position] == UInt8(ascii: "\r"), position + 1 < bytes.count,
                bytes[position + 1] == UInt8(ascii: "\n")
            {
                position += 2
            } else {
                return
            }
            currentLine += 1
        }
    }

    private mutating func field() throws(ExportError) -> Field {
        position < bytes.count && bytes[position] == UInt8(ascii: "\"") ? try quotedField() : try plainField()
    }

    private mutating func plainField() throws(ExportError) -> Field {
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                return Field(range: start..<position, isEscaped: false)
            case UInt8(ascii: "\""):
                throw ExportError(line: currentLine, "a quote within a field that does not begin with one.")
            default: position += 1
            }
        }
        return Field(range: start..<position, isEscaped: false)
    }

    private mutating func quotedField() throws(ExportError) -> Field {
        let opened = currentLine
        position += 1
        let start = position
        var isEscaped = false
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                guard position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "\"") else {
                    position += 1
                    return Field(range: start..<(position - 1), isEscaped: isEscaped)
                }
                isEscaped = true
                position += 2
            case UInt8(ascii: "\n"):
                currentLine += 1
                position += 1
            default: position += 1
            }
        }
        throw ExportError(line: opened, "a quote that is never closed.")
    }

    /// Reads past a comma, or past the end of the record; true for the latter.
    private mutating func endOfRecord() throws(ExportError) -> Bool {
        guard position < bytes.count else { return true }
        switch bytes[position] {
        case UInt8(ascii: ","):
            position += 1
            return false
        case UInt8(ascii: "\n"): position += 1
        case UInt8(ascii: "\r") where position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "\n"):
            position += 2
        case UInt8(ascii: "\r"): throw ExportError(line: currentLine, "a carriage return without a line feed.")
        default: throw ExportError(line: currentLine, "something follows the quote that ends a field.")
        }
        currentLine += 1
        return true
    }
}
