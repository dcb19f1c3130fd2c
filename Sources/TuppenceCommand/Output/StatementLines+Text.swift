import TuppenceAdministration
import TuppenceCore

extension StatementLines {
    /// The statement for people.
    var text: String {
        let showsCost = costNanodollars != nil
        var table = Table(
            ["day", "model", "requests", "input", "output", "charged"] + (showsCost ? ["cost"] : []),
            numeric: [2, 3, 4, 5, 6])
        for line in lines {
            table.add(
                [
                    line.day, line.model, "\(line.requests)", "\(line.inputTokens)", "\(line.outputTokens)",
                    usd(line.chargedNanodollars),
                ] + (line.costNanodollars.map { [usd($0)] } ?? []))
        }
        for payment in payments {
            table.add(
                [
                    payment.day, "payment" + (payment.note.map { ": \($0)" } ?? ""), "", "", "",
                    usd(-payment.amountNanodollars),
                ] + (showsCost ? [""] : []))
        }
        var parts = ["\(customer), \(since.prefix(10)) to \(until.prefix(10))"]
        if !table.isEmpty { parts.append(table.text) }
        parts.append(
            "charged: \(usd(chargedNanodollars))" + (costNanodollars.map { " (cost \(usd($0)))" } ?? "")
                + "; paid in: \(usd(paidInNanodollars)); to be paid: \(usd(owedNanodollars))")
        if let wallet, let walletNanodollars {
            parts.append(
                "wallet before: \(usd(wallet.openingNanodollars)); after: \(usd(wallet.closingNanodollars)); now, less what is held: \(usd(walletNanodollars))"
            )
        }
        return parts.joined(separator: "\n\n")
    }

    private func usd(_ nanodollars: Int64) -> String { Money(nanodollars: nanodollars).description }
}
