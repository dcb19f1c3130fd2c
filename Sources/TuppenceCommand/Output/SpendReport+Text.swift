import TuppenceCore
import TuppenceGateway

extension SpendReport {
    /// As tables.
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
