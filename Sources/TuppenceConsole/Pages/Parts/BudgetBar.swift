import TuppenceCore
import TuppenceGateway

/// A budget's account as a bar: what is spent of its limit, and what is held.
struct BudgetBar {
    let account: String
    let scope: String
    let period: String
    let spent: String
    let held: String
    let limit: String
    let left: String
    let spentWidth: String
    let heldWidth: String
    let isFull: Bool
    let resets: String?

    init(_ budget: SpendReport.Budget) {
        func shown(_ nanodollars: Int64) -> String { Shown.money(Money(nanodollars: nanodollars)) }
        let (limit, spent) = (budget.limitNanodollars, budget.spentNanodollars)
        account = budget.account
        scope = budget.scope
        period = budget.period
        self.spent = shown(spent)
        held = shown(budget.heldNanodollars)
        self.limit = shown(limit)
        left = shown(budget.remainingNanodollars)
        spentWidth = Shown.percent(spent, of: limit)
        // A lowered limit may have less room than what is spent and held.
        heldWidth = Shown.percent(min(budget.heldNanodollars, max(0, limit - spent)), of: limit)
        isFull = budget.remainingNanodollars <= 0
        resets = budget.resetsAt
    }
}

extension SpendReport.Budget {
    /// How much of its limit is spent or held.
    var used: Double {
        guard limitNanodollars > 0 else { return 1 }
        return (Double(spentNanodollars) + Double(heldNanodollars)) / Double(limitNanodollars)
    }
}

extension PageText {
    static let bar = """
        {{% CONTENT_TYPE: ESCAPED }}
        <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{{spent}} spent and {{held}} held of {{limit}}">
        <rect class="whole" width="100" height="10"></rect><rect class="spent" width="{{spentWidth}}" height="10"></rect><rect class="held" x="{{spentWidth}}" width="{{heldWidth}}" height="10"></rect>
        </svg>
        <p class="hint">{{spent}} spent, {{held}} held, of {{limit}}{{#isFull}} · <strong class="bad">nothing left</strong>{{/isFull}}</p>
        """
}
