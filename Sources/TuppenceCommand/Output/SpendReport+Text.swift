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
        if since != nil || until != nil {
            parts.append("booked from \(since ?? "the beginning") to \(until ?? "now")")
        }
        parts.append(table(keys, "key", \.key))
        parts.append(table(customers, "customer", \.customer))
        parts.append(table(providers, "provider", \.provider))
        parts.append(table(models, "model", \.model))
        parts.append(table(families, "family", \.family))
        parts.append(table(routes, "route", \.route))
        if let countedFrom {
            parts.append("by what was booked from \(countedFrom) on, since what is older has gone into an archive:")
        }
        parts.append(table(users, "user", \.user, others: otherUsers))
        parts.append(table(tags, "tag", Self.nameOfTag, others: otherTags))
        parts.append(
            "total: \(usd(total.costNanodollars)) for \(total.requests) requests; held: \(usd(held.nanodollars)) in \(held.count) holds"
        )
        if let forecast { parts.append(text(forecast)) }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private func text(_ forecast: Forecast) -> String {
        let days = forecast.days == 1 ? "one day" : "\(forecast.days) days"
        var text = "this month: \(usd(forecast.spentNanodollars)) so far; "
        text += "about \(cents(forecast.expectedNanodollars)) at its end, going by \(days)"
        if let low = forecast.lowNanodollars, let high = forecast.highNanodollars {
            text += "; four times in five between \(cents(low)) and \(cents(high))"
        }
        return text
    }

    /// An estimate, to the cent, or to a part in a thousand where it is less than ten dollars.
    private func cents(_ nanodollars: Int64) -> String {
        var step: Int64 = 1
        while step < 10_000_000, nanodollars / step >= 1_000 { step *= 10 }
        return usd(nanodollars / step * step)
    }

    /// - Parameter others: of those that are not told apart.
    private func table(
        _ groups: [Group]?, _ title: String, _ name: (Group) -> String?, others: Group? = nil
    ) -> String {
        var table = Table([title, "requests", "attempts", "input", "output", "cost"], numeric: [1, 2, 3, 4, 5])
        func add(_ group: Group, as name: String) {
            table.add([
                name, "\(group.requests)", "\(group.attempts)", "\(group.inputTokens)", "\(group.outputTokens)",
                usd(group.costNanodollars),
            ])
        }
        for group in groups ?? [] { add(group, as: name(group).flatMap { $0.isEmpty ? nil : $0 } ?? "-") }
        if let others { add(others, as: "(all others)") }
        return table.isEmpty ? "" : table.text
    }

    /// `team=search`, and `(no team)` of requests that have no tag of that name.
    private static func nameOfTag(_ group: Group) -> String? {
        guard let tag = group.tag, !tag.isEmpty, let value = group.value else { return nil }
        return value.isEmpty ? "(no \(tag))" : "\(tag)=\(value)"
    }

    private func usd(_ nanodollars: Int64) -> String { Money(nanodollars: nanodollars).description }
}
