extension Timestamp {
    /// Reads a date, or a date and a time, as ISO 8601, RFC 3339 and spreadsheets write them: `2026-11-23`,
    /// `2026-11-23T20:45:00Z`, `2026-11-23 20:45`, `2026-11-23T20:45:00.125+01:00`.
    ///
    /// Without an offset it is UTC. What lies below a millisecond is cut off; a leap second is refused.
    package init?(iso8601 text: some StringProtocol) {
        var reader = DigitReader(text.utf8[...])
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
private struct DigitReader<Bytes: Collection> where Bytes.Element == UInt8, Bytes.SubSequence == Bytes {
    private var rest: Bytes

    init(_ bytes: Bytes) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Exactly `count` digits.
    mutating func number(_ count: Int) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        rest = rest.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    /// `20:45`, `20:45:00` or `20:45:00.125`, in milliseconds.
    mutating func timeOfDay() -> Int64? {
        guard let hour = number(2), hour < 24, skip(":"), let minute = number(2), minute < 60 else { return nil }
        var milliseconds = Int64(hour * 60 + minute) * 60_000
        guard skip(":") else { return milliseconds }
        guard let second = number(2), second < 60 else { return nil }
        milliseconds += Int64(second) * 1_000
        guard skip(".") else { return milliseconds }
        let fraction = rest.prefix { (48...57).contains($0) }
        guard !fraction.isEmpty else { return nil }
        for (place, digit) in zip([100, 10, 1], fraction) { milliseconds += Int64(place) * Int64(digit - 48) }
        rest = rest.dropFirst(fraction.count)
        return milliseconds
    }

    /// `Z`, `+01:00`, `-0530`, ` UTC` or nothing, in milliseconds east of UTC.
    mutating func offset() -> Int64? {
        if isAtEnd || skip("Z") || skip("z") { return 0 }
        if rest.elementsEqual(" UTC".utf8) {
            rest = rest.dropFirst(4)
            return 0
        }
        let east = skip("+")
        guard east || skip("-"), let hours = number(2), hours < 24 else { return nil }
        _ = skip(":")
        guard let minutes = number(2), minutes < 60 else { return nil }
        return Int64(hours * 60 + minutes) * (east ? 60_000 : -60_000)
    }
}
