import TuppenceCore

/// What sums of hours say of a stretch of time: a point for each hour, day, week or month of a zone, and by model, provider or
/// route, with how often attempts failed and how long they took.
///
/// Where a zone is off by part of an hour, an hour of UTC counts in the window that it begins in.
public struct SpendOverview: Sendable {
    public struct Point: Hashable, Sendable {
        public let start: Timestamp
        public let end: Timestamp
        public fileprivate(set) var spending = Spending()
    }

    /// The oldest first, and one for each window whether there is anything in it or not. The first and the last are whole
    /// windows, in which what lies outside the stretch is not counted.
    public private(set) var points: [Point] = []
    public private(set) var total = Spending()
    public private(set) var durations = LatencyCounts()
    public private(set) var firstContents = LatencyCounts()
    private var groups: [SpendingGrouping: [String: Spending]] = [:]
    private let start: Timestamp
    private let end: Timestamp

    /// What groups it can tell: hours are not kept for those who ask.
    public static let groupings: [SpendingGrouping] = [.provider, .model, .route]

    /// - Precondition: a period that ends, and no more than ten thousand windows of it.
    public init(from start: Timestamp, until end: Timestamp, by period: BudgetPeriod, zone: TimeZoneRules? = nil) {
        precondition(period != .total && period != .minute, "sums are of hours")
        self.start = start
        self.end = end
        var next = start
        while next < end {
            let window = BudgetWindow(period, containing: next, in: zone)
            guard let windowEnd = window.end else { return }
            points.append(Point(start: window.start, end: windowEnd))
            precondition(points.count <= 10_000, "an overview of more than ten thousand windows")
            next = windowEnd
        }
    }

    /// What it has to be told to be complete.
    public var stretch: SpendingStretch {
        SpendingStretch(span: .hour, start: SpendingSpan.hour.start(containing: start), end: end)
    }

    /// Adds the sum of an hour; others, and those outside the stretch, are nothing to it.
    public mutating func add(_ line: SpendingSum.Line, _ sum: SpendingSum) {
        guard line.span == .hour, line.start >= stretch.start, line.start < end, let place = place(of: line.start)
        else {
            return
        }
        points[place].spending.add(sum.spending)
        total.add(sum.spending)
        durations.add(sum.durations)
        firstContents.add(sum.firstContents)
        for grouping in Self.groupings {
            groups[grouping, default: [:]][grouping.name(of: line.subject), default: Spending()].add(sum.spending)
        }
    }

    /// Adds what an hour cost, to its point and the total, where no more is asked for; one outside the stretch is nothing to it.
    public mutating func add(_ cost: Money, ofHour start: Timestamp) {
        guard start >= stretch.start, start < end, let place = place(of: start) else { return }
        points[place].spending.cost += cost
        total.cost += cost
    }

    /// The last point that begins no later than `time`.
    private func place(of time: Timestamp) -> Int? {
        var low = 0
        var high = points.count
        while low < high {
            let middle = (low + high) / 2
            if points[middle].start <= time { low = middle + 1 } else { high = middle }
        }
        // The hour of UTC that the first window begins in begins before it, where a zone is off by part of an hour.
        return points.isEmpty ? nil : max(0, low - 1)
    }

    /// The dearest first.
    public func groups(by grouping: SpendingGrouping) -> [SpendingGroup] {
        SpendingGroup.dearestFirst(groups[grouping] ?? [:])
    }
}

extension Spending {
    /// The share of attempts that brought no whole answer; nil where there are none.
    public var failureRate: Double? { attempts > 0 ? Double(failed) / Double(attempts) : nil }

    /// The share of requests that took a second attempt, after the first or beside it; nil where there are none.
    public var retryRate: Double? { requests > 0 ? Double(retried) / Double(requests) : nil }
}
