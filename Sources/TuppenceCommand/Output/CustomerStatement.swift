import TuppenceCore
import TuppenceSQLite

/// What a customer is told about a span of time. Amounts are nanodollars; what providers were paid is not in it.
struct CustomerStatement: Encodable {
    struct Line: Encodable {
        var day: String
        var model: String
        var requests: Int
        var inputTokens: Int
        var outputTokens: Int
        var chargedNanodollars: Int64
    }

    struct Payment: Encodable {
        var day: String
        var id: String
        var note: String?
        var amountNanodollars: Int64
    }

    var customer: String
    var since: String
    var until: String
    var lines: [Line]
    var payments: [Payment]
    var chargedNanodollars: Int64
    var paidInNanodollars: Int64
    /// Of the wallet now, less what is held; not there where there is no wallet.
    var walletNanodollars: Int64?

    init(of customer: String, from start: Timestamp, until end: Timestamp, store: SQLiteStore) throws {
        self.customer = customer
        since = start.iso8601
        until = end.iso8601
        var days: [String: Spending] = [:]
        try store.forEachSum(in: SpendingStretch(span: .day, start: start, end: end)) { line, sum in
            guard line.subject.customer == customer else { return }
            days["\(line.start.iso8601.prefix(10)) \(line.subject.target)", default: Spending()].add(sum.spending)
        }
        lines = days.map { name, sum in
            Line(
                day: String(name.prefix(10)), model: String(name.dropFirst(11)), requests: sum.requests,
                inputTokens: sum.input, outputTokens: sum.output, chargedNanodollars: sum.price.nanodollars)
        }.sorted { ($0.day, $0.model) < ($1.day, $1.model) }
        var payments: [Payment] = []
        try store.forEachTopUp(from: start, until: end) { topUp in
            guard topUp.wallet == .wallet(customer) else { return }
            payments.append(
                Payment(
                    day: String(topUp.at.iso8601.prefix(10)), id: topUp.id.description, note: topUp.note,
                    amountNanodollars: topUp.amount.nanodollars))
        }
        self.payments = payments
        chargedNanodollars = lines.reduce(0) { $0 + $1.chargedNanodollars }
        paidInNanodollars = payments.reduce(0) { $0 + $1.amountNanodollars }
        walletNanodollars = try store.wallets().first { $0.name == customer }?.left.nanodollars
    }

    var text: String {
        var table = Table(["day", "model", "requests", "input", "output", "charged"], numeric: [2, 3, 4, 5])
        for line in lines {
            table.add([
                line.day, line.model, "\(line.requests)", "\(line.inputTokens)", "\(line.outputTokens)",
                usd(line.chargedNanodollars),
            ])
        }
        for payment in payments {
            table.add([
                payment.day, "payment" + (payment.note.map { ": \($0)" } ?? ""), "", "", "",
                usd(-payment.amountNanodollars),
            ])
        }
        var parts = ["\(customer), \(since.prefix(10)) to \(until.prefix(10))"]
        if !table.isEmpty { parts.append(table.text) }
        parts.append(
            "charged: \(usd(chargedNanodollars)); paid in: \(usd(paidInNanodollars))"
                + (walletNanodollars.map { "; in the wallet now: \(usd($0))" } ?? ""))
        return parts.joined(separator: "\n\n")
    }

    /// RFC 4180, with amounts in dollars.
    var csv: String {
        var rows = [["day", "what", "requests", "input_tokens", "output_tokens", "charged_usd", "paid_in_usd"]]
        for line in lines {
            rows.append([
                line.day, line.model, "\(line.requests)", "\(line.inputTokens)", "\(line.outputTokens)",
                Money(nanodollars: line.chargedNanodollars).usd, "",
            ])
        }
        for payment in payments {
            rows.append([
                payment.day, payment.note ?? payment.id, "", "", "", "",
                Money(nanodollars: payment.amountNanodollars).usd,
            ])
        }
        return rows.map { $0.map(Self.field).joined(separator: ",") }.joined(separator: "\r\n")
    }

    /// A field that a spreadsheet would take for a formula is told to be text.
    private static func field(_ text: String) -> String {
        let safe = text.first.map { "=+-@\t\r".contains($0) } == true && Money(usd: text) == nil ? "'" + text : text
        guard safe.contains(where: { ",\"\r\n".contains($0) }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }

    private func usd(_ nanodollars: Int64) -> String { Money(nanodollars: nanodollars).description }
}
