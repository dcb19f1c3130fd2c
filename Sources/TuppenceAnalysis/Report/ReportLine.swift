import TuppenceCore

/// What some requests or attempts come to.
public struct ReportLine: Sendable {
    public private(set) var count = 0
    public private(set) var errors = 0
    public private(set) var cost = Money.zero
    public private(set) var firstContent = Spans()
    public private(set) var total = Spans()
    public private(set) var scores = 0
    private var scoreSum = 0.0

    /// A request, without what was said of it.
    ///
    /// - Parameter times: -1 takes it out again.
    mutating func add(_ request: RequestRecord, times: Int = 1) {
        count += times
        if request.ending == .failed { errors += times }
        if times < 0 { cost -= request.cost } else { cost += request.cost }
        if let first = request.timeToFirstContent { firstContent.add(first, times: times) }
        if let end = request.timeToEnd { total.add(end, times: times) }
    }

    /// What was said of a request.
    mutating func add(score: Double, times: Int = 1) {
        scores += times
        scoreSum += Double(times) * score
    }

    mutating func add(_ other: ReportLine) {
        count += other.count
        errors += other.errors
        cost += other.cost
        firstContent.add(other.firstContent)
        total.add(other.total)
        scores += other.scores
        scoreSum += other.scoreSum
    }

    /// An attempt; the score is that of its request, if it is the one that answered.
    mutating func add(_ entry: LedgerEntry, score: Double?) {
        // The truth about an attempt that has expired is no attempt of its own.
        if entry.attempt.number <= AttemptID.lateOffset { count += 1 }
        if entry.outcome == .failed || entry.outcome == .truncated || entry.outcome == .expired { errors += 1 }
        cost += entry.cost
        if entry.outcome == .completed {
            if let first = entry.firstContent { firstContent.add(first) }
            total.add(entry.duration)
            if let score { add(score: score) }
        }
    }

    public var errorRate: Double { count == 0 ? 0 : Double(errors) / Double(count) }
    public var costEach: Money { count == 0 ? .zero : Money(nanodollars: cost.nanodollars / Int64(count)) }
    public var score: Double? { scores == 0 ? nil : scoreSum / Double(scores) }
}
