import TuppenceCore
import TuppenceGateway

/// All accounts of one budget together: whose they are is nobody's business in a time series.
struct BudgetSum {
    let name: String
    var limit = Money.zero
    var spent = Money.zero
    var held = Money.zero
    var accounts = 0
    /// What is used of the limit of the account that has used the most.
    var fullest = 0.0

    /// So many budgets have series of their own.
    private static let most = 200

    static func byName(_ budgets: [SpendReport.Budget]) -> [BudgetSum] {
        var sums: [String: BudgetSum] = [:]
        for budget in budgets { sums[budget.name, default: BudgetSum(name: budget.name)].add(budget) }
        return Array(sums.values.sorted { $0.name < $1.name }.prefix(most))
    }

    private mutating func add(_ budget: SpendReport.Budget) {
        limit += Money(nanodollars: budget.limitNanodollars)
        spent += Money(nanodollars: budget.spentNanodollars)
        held += Money(nanodollars: budget.heldNanodollars)
        accounts += 1
        if budget.limitNanodollars > 0 {
            let used = Double(budget.spentNanodollars) + Double(budget.heldNanodollars)
            fullest = max(fullest, used / Double(budget.limitNanodollars))
        }
    }
}
