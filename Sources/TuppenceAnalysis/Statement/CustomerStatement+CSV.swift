import TuppenceCore

extension CustomerStatement {
    /// As RFC 4180 has it, with amounts in dollars: a line for each day and model, and for each payment.
    ///
    /// - Parameter showsCost: whether it says what providers were paid.
    public func csv(showsCost: Bool) -> String {
        var header = ["day", "what", "requests", "input_tokens", "output_tokens", "charged_usd", "paid_in_usd"]
        if showsCost { header += ["cost_usd", "margin_usd"] }
        var rows = [header]
        for line in lines {
            let sum = line.spending
            var row = [
                line.day.day, line.target.description, "\(sum.requests)", "\(sum.input)", "\(sum.output)",
                sum.price.usd,
                "",
            ]
            if showsCost { row += [sum.cost.usd, (sum.price - sum.cost).usd] }
            rows.append(row)
        }
        for payment in payments {
            var row = [
                payment.at.day, payment.note ?? payment.id.description, "", "", "", "", payment.amount.usd,
            ]
            if showsCost { row += ["", ""] }
            rows.append(row)
        }
        return csvText(rows)
    }
}

extension Timestamp {
    /// `2026-11-23`, of UTC.
    var day: String { String(iso8601.prefix { $0 != "T" }) }
}
