/// A POSIX TZ string, such as `CET-1CEST,M3.5.0,M10.5.0/3`: what the footer of a TZif file says about the time after its
/// last transition.
///
/// Source: POSIX.1-2017, Base Definitions 8.3, with the wider range of times of RFC 9636, 3.3.2.
struct POSIXTimeZone {
    /// When in a year the clocks are set.
    struct Rule {
        enum Day {
            /// `Jn`: 1 to 365, where February always has 28 days.
            case julian(Int64)
            /// `n`: 0 to 365, where it has 29 in leap years.
            case ofYear(Int64)
            /// `Mm.w.d`: the `week`th of that weekday in a month, 5 being the last; Sunday is 0.
            case weekday(month: Int, week: Int64, weekday: Int64)
        }

        let day: Day
        /// Seconds of the local clock after that day's midnight, -167 to 167 hours.
        let time: Int64

        /// The local time at which the clocks are set in `year`.
        func local(in year: Int) -> Int64 {
            func days(_ month: Int) -> Int64 {
                CivilDate(year: month > 12 ? year + 1 : year, month: month > 12 ? 1 : month, day: 1).daysSince1970
            }
            let date: Int64
            switch day {
            case .julian(let number):
                // The days from March on have the same numbers in every year, counted from there.
                date = number < 60 ? days(1) + number - 1 : days(3) + number - 60
            case .ofYear(let number): date = days(1) + number
            case .weekday(let month, let week, let weekday):
                let first = days(month)
                // 1970-01-01 was a Thursday.
                let ahead = weekday - (first + 4)
                let day = first + ahead - ahead.floored(to: 7) + (week - 1) * 7
                date = day < days(month + 1) ? day : day - 7
            }
            return date * 86_400 + time
        }
    }

    struct Daylight {
        let offset: Int64
        let start: Rule
        let end: Rule
    }

    let standardOffset: Int64
    let daylight: Daylight?

    /// The two transitions of `year`, in no order.
    func transitions(in year: Int) -> [TimeZoneRules.Transition] {
        guard let daylight else { return [] }
        return [
            TimeZoneRules.Transition(
                instant: daylight.start.local(in: year) - standardOffset, offset: daylight.offset),
            TimeZoneRules.Transition(
                instant: daylight.end.local(in: year) - daylight.offset, offset: standardOffset),
        ]
    }
}

extension POSIXTimeZone {
    /// nil where `text` is no TZ string, or leaves out when daylight saving begins and ends.
    init?(_ text: some Sequence<UInt8>) {
        var scanner = Scanner(text: Array(text))
        guard scanner.skipDesignation(), let west = scanner.time(hours: 24) else { return nil }
        standardOffset = -west
        guard !scanner.isAtEnd else {
            daylight = nil
            return
        }
        guard scanner.skipDesignation() else { return nil }
        var offset = standardOffset + 3_600
        if scanner.peek != UInt8(ascii: ",") {
            guard let west = scanner.time(hours: 24) else { return nil }
            offset = -west
        }
        guard let start = scanner.rule(), let end = scanner.rule(), scanner.isAtEnd else { return nil }
        daylight = Daylight(offset: offset, start: start, end: end)
    }
}

private struct Scanner {
    let text: [UInt8]
    var position = 0

    var peek: UInt8? { position < text.count ? text[position] : nil }
    var isAtEnd: Bool { position == text.count }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    /// `CET`, or `<+0530>`; whatever it is, nobody here asks for it.
    mutating func skipDesignation() -> Bool {
        if skip(UInt8(ascii: "<")) {
            while let byte = peek, byte != UInt8(ascii: ">") { position += 1 }
            return skip(UInt8(ascii: ">"))
        }
        let start = position
        while let byte = peek, (65...90).contains(byte) || (97...122).contains(byte) { position += 1 }
        return position - start >= 3
    }

    mutating func number(_ range: ClosedRange<Int64>) -> Int64? {
        let start = position
        var value: Int64 = 0
        while let byte = peek, (48...57).contains(byte), position - start < 3 {
            value = value * 10 + Int64(byte - 48)
            position += 1
        }
        return position > start && range.contains(value) ? value : nil
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func time(hours: Int64) -> Int64? {
        let isNegative = skip(UInt8(ascii: "-"))
        if !isNegative { _ = skip(UInt8(ascii: "+")) }
        guard var seconds = number(0...hours).map({ $0 * 3_600 }) else { return nil }
        for unit in [60, 1] as [Int64] where skip(UInt8(ascii: ":")) {
            guard let value = number(0...59) else { return nil }
            seconds += value * unit
        }
        return isNegative ? -seconds : seconds
    }

    /// `,M3.5.0/2`: a day, and the time at which clocks are set, 02:00 where it is left out.
    mutating func rule() -> POSIXTimeZone.Rule? {
        guard skip(UInt8(ascii: ",")), let day = day() else { return nil }
        guard skip(UInt8(ascii: "/")) else { return POSIXTimeZone.Rule(day: day, time: 7_200) }
        return time(hours: 167).map { POSIXTimeZone.Rule(day: day, time: $0) }
    }

    private mutating func day() -> POSIXTimeZone.Rule.Day? {
        if skip(UInt8(ascii: "J")) { return number(1...365).map { .julian($0) } }
        guard skip(UInt8(ascii: "M")) else { return number(0...365).map { .ofYear($0) } }
        guard let month = number(1...12), skip(UInt8(ascii: ".")), let week = number(1...5),
            skip(UInt8(ascii: ".")), let weekday = number(0...6)
        else { return nil }
        return .weekday(month: Int(month), week: week, weekday: weekday)
    }
}
