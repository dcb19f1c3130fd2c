import TuppenceCore

/// What a month will have cost at its end, from what the days before have cost.
///
/// The level is the mean of the last seven whole days. With two weeks and more of history each day of the week has a factor:
/// what it cost in the last four weeks to what days cost altogether, drawn towards one as if it had had two ordinary days more. What
/// is left of today counts as its share of such a day. The interval is where the month ends four times in five if days go on
/// to differ from that as they did, each by itself; it takes in that the level itself is an estimate from a week. It knows
/// nothing of a change that has not happened.
///
/// An estimate, and so no money: it is worked out in floating point and rounded in the end.
public struct MonthForecast: Hashable, Sendable {
    /// This month's so far.
    public let spent: Money
    public let expected: Money
    /// Nil with less than a week of history.
    public let range: ClosedRange<Money>?
    /// The whole days that it is made from.
    public let days: Int

    /// Of how many days it takes notice.
    public static let longestHistory = 28
    private static let week = 7

    /// - Parameters:
    ///   - history: what the days before today cost, the latest last. Days before the first that cost anything say nothing.
    ///   - weekday: today's, counted in any way.
    ///   - spentThisMonth: today included.
    ///   - todayLeft: the share of today that is still to come.
    ///   - daysLeft: the days of the month behind today.
    /// - Returns: nil where no whole day has cost anything.
    public init?(
        history: [Money], weekday: Int, spentThisMonth: Money, todayLeft: Double, daysLeft: Int
    ) {
        let costs = history.suffix(Self.longestHistory).map { Double($0.nanodollars) }.drop { $0 == 0 }.map { $0 }
        guard !costs.isEmpty else { return nil }
        func weekdayBefore(_ days: Int) -> Int { ((weekday - days) % Self.week + Self.week) % Self.week }
        let factors = Self.factors(costs.enumerated().map { (weekdayBefore(costs.count - $0), $1) })
        func factor(after days: Int) -> Double { factors[weekdayBefore(-days)] }
        let recent = costs.suffix(Self.week)
        let weights = (1...recent.count).map { factors[weekdayBefore($0)] }.reduce(0, +)
        let level = weights > 0 ? recent.reduce(0, +) / weights : recent.reduce(0, +) / Double(recent.count)
        let toCome = todayLeft * factor(after: 0) + (0..<daysLeft).reduce(0) { $0 + factor(after: $1 + 1) }
        spent = spentThisMonth
        days = costs.count
        let sum = Double(spentThisMonth.nanodollars) + level * toCome
        expected = max(Money(rounding: sum), spentThisMonth)
        guard costs.count >= Self.week else {
            range = nil
            return
        }
        let mean = costs.reduce(0, +) / Double(costs.count)
        let squares = costs.enumerated().map { index, cost in
            let rest = cost - mean * factors[weekdayBefore(costs.count - index)]
            return rest * rest
        }
        let variance = squares.reduce(0, +) / Double(costs.count - 1)
        let span = todayLeft + Double(daysLeft)
        let error = (variance * (span + span * span / Double(recent.count))).squareRoot() * Normal.quantile(0.9)
        range = max(Money(rounding: sum - error), spentThisMonth)...max(Money(rounding: sum + error), spentThisMonth)
    }

    /// What each day of the week costs to what days cost altogether.
    private static func factors(_ days: [(weekday: Int, cost: Double)]) -> [Double] {
        let even = [Double](repeating: 1, count: week)
        let mean = days.reduce(0) { $0 + $1.cost } / Double(days.count)
        guard days.count >= 2 * week, mean > 0 else { return even }
        return (0..<week).map { weekday in
            let own = days.filter { $0.weekday == weekday }.map(\.cost)
            // As if there were two more that cost what all do.
            return (own.reduce(0, +) + 2 * mean) / (Double(own.count) + 2) / mean
        }
    }
}

extension Money {
    fileprivate init(rounding nanodollars: Double) {
        self.init(nanodollars: Int64(exactly: nanodollars.rounded()) ?? (nanodollars > 0 ? .max : .min))
    }
}

extension SpendOverview {
    /// What the month that `now` lies in will have cost, from an overview by day that began
    /// ``MonthForecast/longestHistory`` days ago or at the beginning of the month, whichever is earlier.
    public func forecast(at now: Timestamp, zone: TimeZoneRules? = nil) -> MonthForecast? {
        let month = BudgetWindow(.month, containing: now, in: zone)
        guard let today = points.last(where: { $0.start <= now }), let monthEnd = month.end else { return nil }
        var daysLeft = 0
        var next = today.end
        while next < monthEnd, let end = BudgetWindow(.day, containing: next, in: zone).end {
            daysLeft += 1
            next = end
        }
        let spent = points.filter { $0.start >= month.start && $0.start <= now }.reduce(Money.zero) {
            $0 + $1.spending.cost
        }
        // Days since 1970 by the zone's own calendar, noon being in the day whatever clocks do.
        let noon = today.start + .seconds(43_200)
        let day = (noon.seconds + (zone?.offset(at: noon) ?? 0)) / 86_400
        return MonthForecast(
            history: points.filter { $0.start < today.start }.map(\.spending.cost), weekday: Int(day % 7),
            spentThisMonth: spent,
            todayLeft: min(1, max(0, Double((today.end - now).count) / Double((today.end - today.start).count))),
            daysLeft: daysLeft)
    }

    /// Where an overview for ``forecast(at:zone:)`` has to begin.
    public static func forecastStart(at now: Timestamp, zone: TimeZoneRules? = nil) -> Timestamp {
        let days = Int64(MonthForecast.longestHistory) * 86_400_000
        let before = Timestamp(milliseconds: now.milliseconds - days)
        return min(
            BudgetWindow(.day, containing: before, in: zone).start,
            BudgetWindow(.month, containing: now, in: zone).start)
    }
}
