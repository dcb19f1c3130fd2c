import TuppenceAnalysis
import TuppenceCore

/// A customer's statement for programs. Amounts are nanodollars.
package struct StatementLines: Encodable, Sendable {
    package struct Line: Encodable, Sendable {
        package var day: String
        package var model: String
        package var requests: Int
        package var inputTokens: Int
        package var outputTokens: Int
        package var chargedNanodollars: Int64
        package var costNanodollars: Int64?
    }

    package struct Payment: Encodable, Sendable {
        package var day: String
        package var id: String
        package var note: String?
        package var amountNanodollars: Int64
    }

    package struct Wallet: Encodable, Sendable {
        package var openingNanodollars: Int64
        package var paidInNanodollars: Int64
        package var usedNanodollars: Int64
        package var closingNanodollars: Int64
    }

    package var customer: String
    package var since: String
    package var until: String
    package var lines: [Line]
    package var payments: [Payment]
    package var chargedNanodollars: Int64
    /// What providers were paid; not there unless it is asked for.
    package var costNanodollars: Int64?
    package var paidInNanodollars: Int64
    /// What is to be paid still, beyond what wallets have paid.
    package var owedNanodollars: Int64
    /// Not there where there is none; `walletNanodollars` is what it has now, less what is held.
    package var wallet: Wallet?
    package var walletNanodollars: Int64?

    package init(_ account: CustomerAccount, showsCost: Bool) {
        let statement = account.statement
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
        walletNanodollars = account.wallet?.left.nanodollars
        wallet = account.inWallet.map { now in
            let wallet = statement.wallet(now: now)
            return Wallet(
                openingNanodollars: wallet.opening.nanodollars, paidInNanodollars: wallet.paidIn.nanodollars,
                usedNanodollars: wallet.used.nanodollars, closingNanodollars: wallet.closing.nanodollars)
        }
    }
}
