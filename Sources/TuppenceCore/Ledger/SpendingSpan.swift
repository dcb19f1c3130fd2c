/// The spans of time, of UTC, that sums of the ledger are kept for.
public enum SpendingSpan: Int, Hashable, Sendable, CaseIterable {
    /// By route and target, so that there are few.
    case hour = 0
    /// By key and customer as well, as months are.
    case day = 1
    case month = 2

    /// The beginning of the span that `time` lies in.
    public func start(containing time: Timestamp) -> Timestamp {
        switch self {
        case .hour: Timestamp(seconds: time.seconds.floored(to: 3_600))
        case .day: Timestamp(seconds: time.seconds.floored(to: 86_400))
        case .month: BudgetWindow(.month, containing: time).start
        }
    }

    /// The sums that a stretch of time is made of: whole months where there are any, and spans like this one around them.
    ///
    /// From 1970 to the year 10,000 at the most.
    ///
    /// - Parameter finest: the span that both ends are put back to the beginning of.
    public static func stretches(
        from start: Timestamp, until end: Timestamp, finest: SpendingSpan
    ) -> [SpendingStretch] {
        let start = finest.start(containing: max(start, earliest))
        let end = finest.start(containing: min(end, latest))
        guard start < end else { return [] }
        let first = SpendingSpan.month.start(containing: start)
        let firstMonth = first == start ? start : BudgetWindow(.month, containing: start).end ?? end
        let lastMonth = SpendingSpan.month.start(containing: end)
        guard finest != .month, firstMonth < lastMonth else {
            return [SpendingStretch(span: finest, start: start, end: end)]
        }
        return [
            SpendingStretch(span: finest, start: start, end: firstMonth),
            SpendingStretch(span: .month, start: firstMonth, end: lastMonth),
            SpendingStretch(span: finest, start: lastMonth, end: end),
        ].filter { $0.start < $0.end }
    }

    private static let earliest = Timestamp(seconds: 0)
    private static let latest = Timestamp(seconds: 253_402_300_800)
}

/// The sums of one span that begin from `start` on and before `end`.
public struct SpendingStretch: Hashable, Sendable {
    public let span: SpendingSpan
    public let start: Timestamp
    public let end: Timestamp

    public init(span: SpendingSpan, start: Timestamp, end: Timestamp) {
        self.span = span
        self.start = start
        self.end = end
    }
}
