import TuppenceCore

/// CSV whose first line names the columns. Names are compared in lower case, and `Prompt Tokens` is `prompt_tokens`.
struct CSVTable {
    private var reader: CSVReader
    private let columns: [String: Int]

    /// - Throws: if there is no first line, or it names a column twice.
    init(_ bytes: UnsafeRawBufferPointer) throws(ExportError) {
        reader = CSVReader(bytes)
        guard try reader.next() else { throw ExportError("the file is empty.") }
        var columns: [String: Int] = [:]
        for index in 0..<(reader.width ?? 0) {
            let name = String(reader.text(index).lowercased().map { $0 == " " ? "_" : $0 })
            guard columns.updateValue(index, forKey: name) == nil else {
                throw ExportError(line: reader.line, "two columns are named '\(clipped(name))'.")
            }
        }
        self.columns = columns
    }

    func has(_ names: String...) -> Bool { names.allSatisfy { columns[$0] != nil } }

    /// The names of the columns in their order, for a message.
    var names: [String] { columns.sorted { $0.value < $1.value }.map(\.key) }

    /// Moves to the next record; false if there is none.
    mutating func next() throws(ExportError) -> Bool { try reader.next() }

    /// The field in the column `name`; nil if it is empty or there is no such column.
    func text(_ name: String) -> String? {
        guard let index = columns[name], !reader.raw(index).isEmpty else { return nil }
        return reader.text(index)
    }

    /// A count of tokens or requests; OpenAI writes them as `59200.0`. An empty field is 0.
    func count(_ name: String) throws(ExportError) -> Int {
        guard let index = columns[name], !reader.raw(index).isEmpty else { return 0 }
        guard let count = wholeCount(reader.raw(index)) else {
            throw trouble(name, "is no whole number from 0 to a million million")
        }
        return count
    }

    /// An amount of dollars. An empty field is 0.
    func usd(_ name: String) throws(ExportError) -> ExactUSD {
        guard let index = columns[name], !reader.raw(index).isEmpty else { return ExactUSD() }
        guard let amount = ExactUSD(reader.raw(index)) else { throw trouble(name, "is no amount of money") }
        return amount
    }

    /// A point in time as text. An empty field is nil.
    func time(_ name: String) throws(ExportError) -> Timestamp? {
        guard let index = columns[name], !reader.raw(index).isEmpty else { return nil }
        guard let time = Timestamp(iso8601: reader.raw(index)) else { throw trouble(name, "is no date and time") }
        return time
    }

    /// A point in time in seconds since 1970. An empty field is nil.
    func epoch(_ name: String) throws(ExportError) -> Timestamp? {
        guard let index = columns[name], !reader.raw(index).isEmpty else { return nil }
        guard let time = Timestamp(epoch: reader.raw(index)) else { throw trouble(name, "is no time in seconds") }
        return time
    }

    /// Says what is wrong with the present record.
    func trouble(_ message: String) -> ExportError { ExportError(line: reader.line, message) }

    func trouble(_ name: String, _ what: String) -> ExportError {
        trouble("'\(clipped(text(name) ?? ""))' in the column '\(name)' \(what).")
    }
}

/// What of a strange value goes into a message: sixty characters, and nothing that a terminal would obey.
func clipped(_ text: String) -> String {
    var clipped = ""
    for (index, scalar) in text.unicodeScalars.enumerated() {
        guard index < 60 else { return clipped + "…" }
        clipped.unicodeScalars.append(scalar.properties.generalCategory == .control ? "?" : scalar)
    }
    return clipped
}

/// A whole number of tokens or requests, which may be written `100.0`; nil if it is none or beyond 10¹².
func wholeCount(_ text: UnsafeRawBufferPointer) -> Int? {
    var count = 0
    var digits = 0
    var isFraction = false
    for byte in text {
        switch byte {
        case 48...57 where !isFraction:
            count = count * 10 + Int(byte - 48)
            digits += 1
            if count > 1_000_000_000_000 { return nil }
        case UInt8(ascii: ".") where !isFraction && digits > 0: isFraction = true
        case UInt8(ascii: "0") where isFraction: continue
        default: return nil
        }
    }
    return digits > 0 ? count : nil
}

extension Timestamp {
    /// Reads whole seconds since 1970, up to the year 9999.
    init?(epoch text: UnsafeRawBufferPointer) {
        guard let seconds = wholeCount(text), seconds < 253_402_300_800 else { return nil }
        self.init(seconds: Int64(seconds))
    }
}
