import TuppenceCore

/// A budget of a simulated world, described a second time for the auditor: whom it concerns and which window it is in
/// are worked out here without ``BudgetRule`` and ``BudgetWindow``.
struct BudgetPlan: Sendable {
    var name: String
    var limit: Int64
    var period: BudgetPeriod
    var eachUser = false
    var model: String?
    var actions: [BudgetAction] = [.reject]
    /// Thresholds, from the lowest on, and the one of them beyond which requests go to the cheap route.
    var thresholds: [Int64] = []
    var degradesAbove: Int64?
    /// What it allows while the store cannot be written.
    var allowance: Int64?

    /// Where requests are degraded to.
    static let cheapRoute = "cheap"

    var rule: BudgetRule {
        var scope: [BudgetDimension: BudgetRule.Match] = [:]
        if eachUser { scope[.user] = .each }
        if let model { scope[.model] = .exactly(model) }
        if scope.isEmpty { scope[.key] = .exactly("app") }
        return BudgetRule(
            name: name, scope: scope, limit: Money(nanodollars: limit), period: period, actions: actions,
            degradeTo: actions.contains(.degrade) ? Self.cheapRoute : nil,
            thresholds: thresholds.map {
                SoftThreshold(
                    at: Money(nanodollars: $0), degradeTo: $0 == degradesAbove ? Self.cheapRoute : nil)
            }, allowance: allowance.map { Money(nanodollars: $0) })
    }

    /// What it does to requests that it has no room for, if their caller would like `wish`.
    func action(wish: BudgetAction?) -> BudgetAction {
        guard let wish, wish == .reject || actions.contains(wish) else { return actions[0] }
        return wish
    }

    func account(of request: Exchange.Request, on target: Target, at time: Timestamp) -> BudgetAccount? {
        if let model, model != target.model { return nil }
        let start = Timestamp(milliseconds: windowStart(time.milliseconds))
        return BudgetAccount(name: eachUser ? "\(name)/\(request.attribution.user ?? "")" : name, windowStart: start)
    }

    /// Times in simulations are after 1970.
    private func windowStart(_ milliseconds: Int64) -> Int64 {
        let day: Int64 = 86_400_000
        switch period {
        case .minute: return milliseconds - milliseconds % 60_000
        case .hour: return milliseconds - milliseconds % 3_600_000
        case .day: return milliseconds - milliseconds % day
        // The Monday before 1970-01-01 was three days earlier.
        case .week: return milliseconds - (milliseconds + 3 * day) % (7 * day)
        case .month: return Self.monthStart(milliseconds / day) * day
        case .total: return 0
        }
    }

    /// Counted off month by month, as on one's fingers.
    private static func monthStart(_ day: Int64) -> Int64 {
        var first: Int64 = 0
        var year = 1970
        var month = 0
        while true {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let days: Int64 = month == 1 ? (isLeap ? 29 : 28) : [3, 5, 8, 10].contains(month) ? 30 : 31
            if day < first + days { return first }
            first += days
            month += 1
            if month == 12 { (year, month) = (year + 1, 0) }
        }
    }
}
