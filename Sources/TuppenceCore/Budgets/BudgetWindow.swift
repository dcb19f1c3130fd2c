/// How often a budget begins anew. Windows are calendar windows, in UTC or in a time zone.
public enum BudgetPeriod: String, Hashable, Sendable, CaseIterable {
    case minute, hour, day, week, month, total
}

/// The span of time one balance counts for. Windows of one period and zone follow one another without gap or overlap,
/// so that every instant lies in exactly one of them and no budget begins anew twice.
///
/// - Minute and hour: 60 and 3,600 seconds from a full minute or hour of the local clock, which in `Asia/Kathmandu` is
///   at 15 minutes past UTC's. A clock set forward or back by whole hours changes nothing about them. Where it is set by
///   another amount (half an hour in `Australia/Lord_Howe`) the window under way ends there and the next one ends at the
///   clock's next full hour: windows may be shorter, never longer.
/// - Day: from the first instant of a local date to that of the next: 23, 24 or 25 hours. Where clocks skip midnight it
///   begins with the instant after the gap; where they show midnight twice, with the first. A date that a zone left out
///   altogether (`Pacific/Apia`, 2011-12-30) has no window.
/// - Week: from Monday on (ISO 8601). Month: from its first on. Both begin where that day would begin.
/// - Total: all of time.
public struct BudgetWindow: Hashable, Sendable {
    public let start: Timestamp
    /// When the next window begins; nil for a budget that never resets.
    public let end: Timestamp?

    /// The window of `period` that `time` lies in; without a `zone`, in UTC.
    public init(_ period: BudgetPeriod, containing time: Timestamp, in zone: TimeZoneRules? = nil) {
        let seconds = time.seconds
        let start: Int64
        let end: Int64?
        switch period {
        case .minute: (start, end) = Self.clockSpan(of: 60, containing: seconds, in: zone)
        case .hour: (start, end) = Self.clockSpan(of: 3_600, containing: seconds, in: zone)
        case .day, .week, .month:
            let today = zone?.civilDay(at: seconds) ?? seconds.floored(to: 86_400) / 86_400
            let (first, next) = Self.days(of: period, containing: today)
            start = zone?.start(ofCivilDay: first) ?? first * 86_400
            end = zone?.start(ofCivilDay: next) ?? next * 86_400
        case .total: (start, end) = (0, nil)
        }
        self.start = Timestamp(seconds: start)
        self.end = end.map { Timestamp(seconds: $0) }
    }

    private static func clockSpan(
        of length: Int64, containing seconds: Int64, in zone: TimeZoneRules?
    ) -> (start: Int64, end: Int64) {
        if let zone { return zone.clockSpan(of: length, containing: seconds) }
        let start = seconds.floored(to: length)
        return (start, start + length)
    }

    /// The first day of the day, week or month that `day` is in, and that of the next. Days count from 1970-01-01.
    private static func days(of period: BudgetPeriod, containing day: Int64) -> (first: Int64, next: Int64) {
        switch period {
        case .week:
            // 1970-01-05 was a Monday.
            let monday = (day - 4).floored(to: 7) + 4
            return (monday, monday + 7)
        case .month:
            var date = CivilDate(daysSince1970: day)
            date.day = 1
            let first = date.daysSince1970
            (date.year, date.month) = date.month == 12 ? (date.year + 1, 1) : (date.year, date.month + 1)
            return (first, date.daysSince1970)
        default: return (day, day + 1)
        }
    }
}

extension Int64 {
    /// The greatest multiple of `unit` that is not above this; `unit` is positive.
    func floored(to unit: Int64) -> Int64 {
        let rest = self % unit
        return self - (rest < 0 ? rest + unit : rest)
    }
}
