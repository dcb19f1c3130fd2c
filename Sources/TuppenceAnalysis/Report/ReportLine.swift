import TuppenceCore

/// What some requests or attempts come to.
public struct ReportLine: Sendable {
    public private(set) var count = 0
    public private(set) var errors = 0
    public private(set) var cost = Money.zero
    public var firstContent = Spans()
    public var total = Spans()
    public private(set) var scores = 0
    private var scoreSum = 0.0

    /// A request.
    mutating func add(_ request: RequestRecord, score: Double?) {
        count += 1
        if request.ending == .failed { errors += 1 }
        cost += request.cost
        if let first = request.timeToFirstContent { firstContent.add(first) }
        if let end = request.timeToEnd { total.add(end) }
        add(score)
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
            add(score)
        }
    }

    private mutating func add(_ score: Double?) {
        guard let score else { return }
        scores += 1
        scoreSum += score
    }

    public var errorRate: Double { count == 0 ? 0 : Double(errors) / Double(count) }
    public var costEach: Money { count == 0 ? .zero : Money(nanodollars: cost.nanodollars / Int64(count)) }
    public var score: Double? { scores == 0 ? nil : scoreSum / Double(scores) }
}
