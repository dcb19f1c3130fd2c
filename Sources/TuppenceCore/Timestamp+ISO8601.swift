extension Timestamp {
    /// Reads a date, or a date and a time, as ISO 8601, RFC 3339 and spreadsheets write them: `2026-11-23`,
    /// `2026-11-23T20:45:00Z`, `2026-11-23 20:45`, `2026-11-23T20:45:00.125+01:00`.
    ///
    /// Without an offset it is UTC. What lies below a millisecond is cut off; a leap second is refused.
    package init?(iso8601 text: String) {
        var text = text
        guard let time = text.withUTF8({ Timestamp(iso8601: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = time
    }

    /// The same of bytes.
    package init?(iso8601 bytes: UnsafeRawBufferPointer) {
        var reader = DigitReader(bytes)
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2), (1...12).contains(month), day >= 1
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        // The 31st of April is the 1st of May to the arithmetic.
        guard CivilDate(daysSince1970: date.daysSince1970) == date else { return nil }
        var milliseconds = date.daysSince1970 * 86_400_000
        if !reader.isAtEnd {
            guard reader.skip("T") || reader.skip("t") || reader.skip(" "), let time = reader.timeOfDay(),
                let offset = reader.offset()
            else { return nil }
            milliseconds += time - offset
        }
        guard reader.isAtEnd else { return nil }
        self.init(milliseconds: milliseconds)
    }
}

/// Digits and what stands between them.
private struct DigitReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func digit() -> Int? {
        guard position < bytes.count, (48...57).contains(bytes[position]) else { return nil }
        defer { position += 1 }
        return Int(bytes[position] - 48)
    }

    /// Exactly `count` digits.
    mutating func number(_ count: Int) -> Int? {
        var number = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    /// `20:45`, `20:45:00` or `20:45:00.125`, in milliseconds.
    mutating func timeOfDay() -> Int64? {
        guard let hour = number(2), hour < 24, skip(":"), let minute = number(2), minute < 60 else { return nil }
        var milliseconds = (hour * 60 + minute) * 60_000
        guard skip(":") else { return Int64(milliseconds) }
        guard let second = number(2), second < 60 else { return nil }
        milliseconds += second * 1_000
        guard skip(".") else { return Int64(milliseconds) }
        guard let tenths = digit() else { return nil }
        milliseconds += tenths * 100 + (digit() ?? 0) * 10
        milliseconds += digit() ?? 0
        while digit() != nil {}
        return Int64(milliseconds)
    }

    /// `Z`, `+01:00`, `-0530`, ` UTC` or nothing, in milliseconds east of UTC.
    mutating func offset() -> Int64? {
        if isAtEnd || skip("Z") || skip("z") { return 0 }
        if skip(" ") { return skip("U") && skip("T") && skip("C") ? 0 : nil }
        let east = skip("+")
        guard east || skip("-"), let hours = number(2), hours < 24 else { return nil }
        _ = skip(":")
        guard let minutes = number(2), minutes < 60 else { return nil }
        return Int64(hours * 60 + minutes) * (east ? 60_000 : -60_000)
    }
}
