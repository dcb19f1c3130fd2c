import TuppenceCore
import TuppenceSQLite

/// What `tuppence spend` shows. Amounts are nanodollars.
struct SpendReport: Encodable {
    struct Budget: Encodable {
        var name: String
        var account: String
        var scope: String
        var period: String
        var limitNanodollars: Int64
        var spentNanodollars: Int64
        var heldNanodollars: Int64
        var remainingNanodollars: Int64
        var resetsAt: String?
    }

    struct Group: Encodable {
        var key: String?
        var model: String?
        var requests: Int
        var attempts: Int
        var inputTokens: Int
        var outputTokens: Int
        var costNanodollars: Int64
    }

    struct Held: Encodable {
        var count: Int
        var nanodollars: Int64
    }

    var budgets: [Budget]
    var keys: [Group]
    var models: [Group]
    var total: Group
    var held: Held

    init(store: SQLiteStore, rules: [BudgetRule], now: Timestamp) throws {
        // By rule, whose name ends at the first slash of an account's: there may be a hundred thousand of both.
        let balances = Dictionary(grouping: try store.balances()) { String($0.key.name.prefix { $0 != "/" }) }
        budgets = rules.flatMap { Self.budgets(of: $0, in: balances[$0.name] ?? [], at: now) }
        let spending = try store.spending(by: [.key, .model, .total])
        keys = (spending[.key]?.sorted ?? []).map { Group($0.spending, key: $0.name) }
        models = (spending[.model]?.sorted ?? []).map { Group($0.spending, model: $0.name) }
        total = Group(spending[.total]?.sorted.first?.spending ?? Spending())
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

    var text: String {
        var parts: [String] = []
        if !budgets.isEmpty {
            var table = Table(["budget", "limit", "spent", "held", "left", "per", "resets"], numeric: [1, 2, 3, 4])
            for budget in budgets {
                table.add([
                    budget.account, usd(budget.limitNanodollars), usd(budget.spentNanodollars),
                    usd(budget.heldNanodollars),
                    usd(budget.remainingNanodollars), budget.period, budget.resetsAt ?? "never",
                ])
            }
            parts.append(table.text)
        }
        parts.append(table(keys, "key") { $0.key ?? "" })
        parts.append(table(models, "model") { $0.model ?? "" })
        parts.append(
            "total: \(usd(total.costNanodollars)) for \(total.requests) requests; held: \(usd(held.nanodollars)) in \(held.count) holds"
        )
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private func table(_ groups: [Group], _ title: String, name: (Group) -> String) -> String {
        var table = Table([title, "requests", "attempts", "input", "output", "cost"], numeric: [1, 2, 3, 4, 5])
        for group in groups {
            table.add([
                name(group), "\(group.requests)", "\(group.attempts)", "\(group.inputTokens)", "\(group.outputTokens)",
                usd(group.costNanodollars),
            ])
        }
        return table.isEmpty ? "" : table.text
    }

    private func usd(_ nanodollars: Int64) -> String { Money(nanodollars: nanodollars).description }
}

extension SpendReport.Group {
    init(_ spend: Spending, key: String? = nil, model: String? = nil) {
        self.init(
            key: key, model: model, requests: spend.requests, attempts: spend.attempts, inputTokens: spend.input,
            outputTokens: spend.output, costNanodollars: spend.cost.nanodollars)
    }
}
