import TuppenceAnalysis
import TuppenceCore

/// What every customer was charged in a span of days. Amounts are nanodollars.
struct CustomersOutput: Encodable {
    struct Line: Encodable {
        /// Empty for requests of no customer.
        var customer: String
        var requests: Int
        var inputTokens: Int
        var outputTokens: Int
        var chargedNanodollars: Int64
        /// Of that, what wallets have paid, and what is to be paid still.
        var prepaidNanodollars: Int64
        var owedNanodollars: Int64
        /// Not there unless it is asked for.
        var costNanodollars: Int64?
    }

    var since: String
    var until: String
    var customers: [Line]

    /// - Parameter groups: by customer; the dearest first.
    init(_ groups: [SpendingGroup], from start: Timestamp, until end: Timestamp, showsCost: Bool) {
        since = start.iso8601
        until = end.iso8601
        customers = groups.map { group in
            let sum = group.spending
            return Line(
                customer: group.name, requests: sum.requests, inputTokens: sum.input, outputTokens: sum.output,
                chargedNanodollars: sum.price.nanodollars, prepaidNanodollars: sum.prepaid.nanodollars,
                owedNanodollars: (sum.price - sum.prepaid).nanodollars,
                costNanodollars: showsCost ? sum.cost.nanodollars : nil)
        }
    }

    var text: String {
        let showsCost = customers.first?.costNanodollars != nil
        var table = Table(
            ["customer", "requests", "input", "output", "charged", "from wallet", "to be paid"]
                + (showsCost ? ["cost"] : []), numeric: Set(1...7))
        for line in customers {
            let amounts = [
                line.chargedNanodollars, line.prepaidNanodollars, line.owedNanodollars, line.costNanodollars,
            ]
            table.add(
                [
                    line.customer.isEmpty ? "-" : line.customer, "\(line.requests)", "\(line.inputTokens)",
                    "\(line.outputTokens)",
                ] + amounts.compactMap { $0.map { Money(nanodollars: $0).description } })
        }
        let span = "\(since.prefix(10)) to \(until.prefix(10))"
        return table.isEmpty ? "\(span): nothing was used." : "\(span)\n\n\(table.text)"
    }

    var csv: String {
        let showsCost = customers.first?.costNanodollars != nil
        let header = [
            "customer", "requests", "input_tokens", "output_tokens", "charged_usd", "prepaid_usd", "owed_usd",
        ]
        return csvText(
            [header + (showsCost ? ["cost_usd"] : [])]
                + customers.map { line in
                    let amounts = [
                        line.chargedNanodollars, line.prepaidNanodollars, line.owedNanodollars, line.costNanodollars,
                    ]
                    return [line.customer, "\(line.requests)", "\(line.inputTokens)", "\(line.outputTokens)"]
                        + amounts.compactMap { $0.map { Money(nanodollars: $0).usd } }
                })
    }
}
