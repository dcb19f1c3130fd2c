/// A point in time: milliseconds since 1970-01-01T00:00:00Z. Core is told the time; it never asks for it.
public struct Timestamp: Hashable, Sendable, Comparable {
    public var milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }
    public init(seconds: Int64) { self.milliseconds = seconds * 1_000 }

    public static let distantFuture = Timestamp(milliseconds: .max)

    public var seconds: Int64 { milliseconds >= 0 ? milliseconds / 1_000 : (milliseconds - 999) / 1_000 }

    public static func + (time: Timestamp, span: Milliseconds) -> Timestamp {
        Timestamp(
            milliseconds: time.milliseconds.addingReportingOverflow(span.count).overflow
                ? .max : time.milliseconds + span.count)
    }
    public static func - (later: Timestamp, earlier: Timestamp) -> Milliseconds {
        Milliseconds(later.milliseconds - earlier.milliseconds)
    }
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// Takes it for a clock that has been set by `step`; what is never due stays so.
    package mutating func move(by step: Milliseconds) { if self != .distantFuture { self = self + step } }

    /// `2026-11-23T20:45:00Z`, in UTC.
    public var iso8601: String {
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let rest = Int(seconds - days * 86_400)
        let date = CivilDate(daysSince1970: days)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let year = (0..<1_000).contains(date.year) ? "\(date.year + 10_000)".dropFirst() : "\(date.year)"
        return
            "\(year)-\(two(date.month))-\(two(date.day))T\(two(rest / 3_600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
    }
}

/// A span of time in milliseconds.
public struct Milliseconds: Hashable, Sendable, Comparable {
    public var count: Int64

    public init(_ count: Int64) { self.count = count }
    public static func seconds(_ count: Int64) -> Milliseconds { Milliseconds(count * 1_000) }
    public static func < (left: Milliseconds, right: Milliseconds) -> Bool { left.count < right.count }
}

/// A day of the proleptic Gregorian calendar. Source of the arithmetic: H. Hinnant, "chrono-compatible low-level date
/// algorithms".
struct CivilDate: Hashable, Sendable {
    var year: Int
    var month: Int
    var day: Int

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    init(daysSince1970 days: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }

    var daysSince1970: Int64 {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
