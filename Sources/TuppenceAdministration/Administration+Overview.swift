import TuppenceAnalysis
import TuppenceCore
import TuppenceGateway
import TuppenceStore

/// What an operator wants to know at a glance. Days and months are those of UTC.
package struct Overview: Sendable {
    /// Spending of the last twenty-four hours and of the one that runs, the oldest first, with rates and percentiles.
    package var hours: SpendOverview
    package var today: Spending
    package var month: Spending
    /// Nil where there is no whole day yet to tell it by.
    package var forecast: SpendReport.Forecast?
    /// The month's, the dearest first.
    package var groups: [SpendingGrouping: [SpendingGroup]]
    package var budgets: [SpendReport.Budget]
    package var holds: Int
    package var held: Money

    /// What the month is told by.
    package static let groupings: [SpendingGrouping] = [.model, .provider, .route, .key, .customer]
}

extension Administration {
    package func overview(at now: Timestamp) throws -> Overview {
        let dayBefore = Timestamp(milliseconds: now.milliseconds - 86_400_000)
        var hours = SpendOverview(from: SpendingSpan.hour.start(containing: dayBefore), until: now, by: .hour)
        try store.forEachSum(in: hours.stretch) { hours.add($0, $1) }
        let day = BudgetWindow(.day, containing: now).start
        let month = BudgetWindow(.month, containing: now).start
        let today = try store.spending(by: [.total], from: day)
        var groups = try store.spending(by: Overview.groupings + [.total], from: month)
        let holds = try store.openHolds()
        return Overview(
            hours: hours, today: today[.total]?.first?.spending ?? Spending(),
            month: groups.removeValue(forKey: .total)?.first?.spending ?? Spending(),
            forecast: try forecast(at: now), groups: groups, budgets: try budgets(at: now), holds: holds.count,
            held: holds.reduce(.zero) { $0 + $1.amount })
    }
}
