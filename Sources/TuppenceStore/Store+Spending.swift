import TuppenceCore
import TuppenceJournal

extension Store {
    /// Calls `body` for each sum that begins in `stretch`, in no order; a line may come twice, and then is the sum of both.
    public func forEachSum(
        in stretch: SpendingStretch, _ body: (SpendingSum.Line, SpendingSum) throws -> Void
    ) throws(StoreError) {
        try forEachSum(in: [stretch], body)
    }

    /// Calls `body` with the beginning and the cost of each sum that begins in `stretch`, in no order; many begin at once.
    public func forEachCost(
        in stretch: SpendingStretch, _ body: (Timestamp, Money) -> Void
    ) throws(StoreError) {
        try reading { journal in
            try journal.catchUp()
            try journal.forEachCost(in: stretch) { start, cost throws(StoreError) in body(start, cost) }
        }
    }

    /// What was booked from `start` on and before `end`, by group, the dearest first. Figures of one moment.
    ///
    /// Both ends are put back to the beginning of an hour of UTC, or of a day where groups are of callers: hours are not kept
    /// for each of them.
    public func spending(
        by groupings: [SpendingGrouping], from start: Timestamp = Timestamp(milliseconds: .min),
        until end: Timestamp = .distantFuture
    ) throws(StoreError) -> [SpendingGrouping: [SpendingGroup]] {
        var groups: [SpendingGrouping: [String: Spending]] = [:]
        // Asked for twice, it is one group all the same.
        let asked = Set(groupings)
        let stretches = SpendingSpan.stretches(from: start, until: end, finest: .finest(for: groupings))
        try forEachSum(in: stretches) { line, sum in
            for grouping in asked {
                groups[grouping, default: [:]][grouping.name(of: line.subject), default: Spending()].add(sum.spending)
            }
        }
        return groups.mapValues(SpendingGroup.dearestFirst)
    }

    private func forEachSum(
        in stretches: [SpendingStretch], _ body: (SpendingSum.Line, SpendingSum) throws -> Void
    ) throws(StoreError) {
        try reading { journal in
            try journal.catchUp()
            for stretch in stretches {
                try journal.forEachSum(in: stretch) { line, sum throws(StoreError) in
                    do { try body(line, sum) } catch { throw (error as? StoreError) ?? StoreError("\(error)") }
                }
            }
        }
    }
}
