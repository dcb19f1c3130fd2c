import TuppenceCore
import TuppenceSQLite

/// What has been spent, by budget, key and model, as `tuppence spend` shows it. Amounts are nanodollars.
package struct SpendReport: Encodable, Sendable {
    package struct Budget: Encodable, Sendable {
        package var name: String
        package var account: String
        package var scope: String
        package var period: String
        package var limitNanodollars: Int64
        package var spentNanodollars: Int64
        package var heldNanodollars: Int64
        package var remainingNanodollars: Int64
        package var resetsAt: String?
    }

    package struct Group: Encodable, Sendable {
        package var key: String?
        package var model: String?
        package var requests: Int
        package var attempts: Int
        package var inputTokens: Int
        package var outputTokens: Int
        package var costNanodollars: Int64
    }

    package struct Held: Encodable, Sendable {
        package var count: Int
        package var nanodollars: Int64
    }

    package var budgets: [Budget]
    package var keys: [Group]
    package var models: [Group]
    package var total: Group
    package var held: Held

    package init(store: SQLiteStore, rules: [BudgetRule], now: Timestamp) throws {
        // By rule, whose name ends at the first slash of an account's: there may be a hundred thousand of both.
        let balances = Dictionary(grouping: try store.balances()) { String($0.key.name.prefix { $0 != "/" }) }
        budgets = rules.flatMap { Self.budgets(of: $0, in: balances[$0.name] ?? [], at: now) }
        let spending = try store.spending(by: [.key, .model, .total])
        keys = (spending[.key] ?? []).map { Group($0.spending, key: $0.name) }
        models = (spending[.model] ?? []).map { Group($0.spending, model: $0.name) }
        total = Group(spending[.total]?.first?.spending ?? Spending())
        let open = try store.openHolds()
        held = Held(count: open.count, nanodollars: open.reduce(Money.zero) { $0 + $1.amount }.nanodollars)
    }

    /// The present window of every account under a rule, and older windows that still hold something.
    private static func budgets(
        of rule: BudgetRule, in balances: [(key: BudgetAccount, value: Balance)], at now: Timestamp
    ) -> [Budget] {
        let window = BudgetWindow(rule.period, containing: now, in: rule.zone)
        var own = balances.filter { $0.windowStart == window.start || $1.held != .zero }
        if own.isEmpty && !rule.isPerValue {
            own.append((BudgetAccount(name: rule.name, windowStart: window.start), Balance()))
        }
        return own.sorted { $0.key.name < $1.key.name }.map { account, balance in
            Budget(
                name: rule.name, account: account.name, scope: rule.scopeText, period: rule.period.rawValue,
                limitNanodollars: rule.limit.nanodollars, spentNanodollars: balance.spent.nanodollars,
                heldNanodollars: balance.held.nanodollars,
                remainingNanodollars: balance.available(under: rule.limit).nanodollars, resetsAt: window.end?.iso8601)
        }
    }
}

extension SpendReport.Group {
    fileprivate init(_ spend: Spending, key: String? = nil, model: String? = nil) {
        self.init(
            key: key, model: model, requests: spend.requests, attempts: spend.attempts, inputTokens: spend.input,
            outputTokens: spend.output, costNanodollars: spend.cost.nanodollars)
    }
}
