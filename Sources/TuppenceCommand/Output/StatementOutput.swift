import TuppenceAnalysis
import TuppenceCore

/// A customer's statement for programs; ``text`` is for people. Amounts are nanodollars.
struct StatementOutput: Encodable {
    struct Line: Encodable {
        var day: String
        var model: String
        var requests: Int
        var inputTokens: Int
        var outputTokens: Int
        var chargedNanodollars: Int64
        var costNanodollars: Int64?
    }

    struct Payment: Encodable {
        var day: String
        var id: String
        var note: String?
        var amountNanodollars: Int64
    }

    struct Wallet: Encodable {
        var openingNanodollars: Int64
        var paidInNanodollars: Int64
        var usedNanodollars: Int64
        var closingNanodollars: Int64
    }

    var customer: String
    var since: String
    var until: String
    var lines: [Line]
    var payments: [Payment]
    var chargedNanodollars: Int64
    /// What providers were paid; not there unless it is asked for.
    var costNanodollars: Int64?
    var paidInNanodollars: Int64
    /// What is to be paid still, beyond what wallets have paid.
    var owedNanodollars: Int64
    /// Not there where there is none; `walletNanodollars` is what it has now, less what is held.
    var wallet: Wallet?
    var walletNanodollars: Int64?

    /// - Parameters:
    ///   - left: what the wallet has now, less what is held; nil where there is none.
    ///   - held: what is held of it.
    init(_ statement: CustomerStatement, left: Money?, held: Money, showsCost: Bool) {
        customer = statement.customer
        since = statement.start.iso8601
        until = statement.end.iso8601
        lines = statement.lines.map { line in
            Line(
                day: String(line.day.iso8601.prefix(10)), model: line.target.description,
                requests: line.spending.requests, inputTokens: line.spending.input, outputTokens: line.spending.output,
                chargedNanodollars: line.spending.price.nanodollars,
                costNanodollars: showsCost ? line.spending.cost.nanodollars : nil)
        }
        payments = statement.payments.map { topUp in
            Payment(
                day: String(topUp.at.iso8601.prefix(10)), id: topUp.id.description, note: topUp.note,
                amountNanodollars: topUp.amount.nanodollars)
        }
        chargedNanodollars = statement.total.price.nanodollars
        costNanodollars = showsCost ? statement.total.cost.nanodollars : nil
        paidInNanodollars = statement.paidIn.nanodollars
        owedNanodollars = statement.owed.nanodollars
        walletNanodollars = left?.nanodollars
        wallet = left.map { left in
            let wallet = statement.wallet(now: left + held)
            return Wallet(
                openingNanodollars: wallet.opening.nanodollars, paidInNanodollars: wallet.paidIn.nanodollars,
                usedNanodollars: wallet.used.nanodollars, closingNanodollars: wallet.closing.nanodollars)
        }
    }

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
