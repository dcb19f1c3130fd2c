import Testing
import TuppenceCore

@testable import TuppenceAnalysis

@Suite("A customer's statement")
struct CustomerStatementTests {
    private static let first = Timestamp(iso8601: "2026-11-01") ?? start
    private static let next = Timestamp(iso8601: "2026-12-01") ?? start

    private func line(
        _ day: Int64, customer: String = "acme", target: Target = cheap, key: String = "app"
    ) -> SpendingSum.Line {
        .init(
            span: .day, start: Self.first + .seconds(day * 86_400),
            subject: SpendingSubject(key: key, customer: customer, route: "fast", target: target))
    }

    private func sum(price: Int64, cost: Int64 = 1, prepaid: Int64 = 0) -> SpendingSum {
        var spending = Spending()
        (spending.requests, spending.attempts, spending.input, spending.output) = (1, 1, 1_000, 20)
        (spending.price, spending.cost, spending.prepaid) = (nano(price), nano(cost), nano(prepaid))
        return SpendingSum(spending: spending, durations: LatencyCounts(), firstContents: LatencyCounts())
    }

    private func topUp(_ day: Int64, _ amount: Int64, note: String? = nil) -> TopUp {
        TopUp(
            id: RequestID(high: 1, low: UInt64(day)), wallet: .wallet("acme"), amount: nano(amount),
            at: Self.first + .seconds(day * 86_400 + 5), note: note)
    }

    private func statement(of customer: String = "acme") -> CustomerStatement {
        CustomerStatement(of: customer, from: Self.first, until: Self.next)
    }

    @Test("has one line for each day and model, whatever keys and routes it was by, and totals that are their sum")
    func lines() {
        var statement = statement()
        statement.add(line(3), sum(price: 5, cost: 4))
        statement.add(line(0, target: dear), sum(price: 7, cost: 6))
        statement.add(line(0, key: "other"), sum(price: 2, cost: 1))
        statement.add(line(0), sum(price: 1, cost: 1))
        // Another's, another span's, the days around.
        statement.add(line(0, customer: "acm\u{E9}"), sum(price: 100))
        statement.add(line(-1), sum(price: 100))
        statement.add(line(30), sum(price: 100))
        statement.add(
            .init(span: .month, start: Self.first, subject: line(0).subject), sum(price: 100))
        #expect(
            statement.lines.map { "\($0.day.day) \($0.target) \($0.spending.price.nanodollars)" }
                == ["2026-11-01 alpha/small 3", "2026-11-01 beta/large 7", "2026-11-04 alpha/small 5"])
        #expect(statement.total.price == nano(15) && statement.total.cost == nano(12))
        #expect(statement.owed == nano(15))
    }

    @Test("a spreadsheet can add up what was taken back, and runs nothing that somebody has written")
    func spreadsheet() {
        #expect(csvText([["-5", "-0.01", "12.5"]]) == "-5,-0.01,12.5")
        #expect(csvText([["-$5", "-x", "=1+1", "@a", "+1", "-", "--5"]]) == "'-$5,'-x,'=1+1,'@a,'+1,'-,'--5")
    }

    @Test("two spellings of a name are two customers")
    func spellings() {
        var statement = statement(of: "caf\u{E9}")
        statement.add(line(0, customer: "cafe\u{301}"), sum(price: 1))
        #expect(statement.lines.isEmpty)
    }

    @Test("the wallet before and after is worked out from what it has now")
    func wallet() {
        var statement = statement()
        statement.add(line(2), sum(price: 30, prepaid: 30))
        statement.add(line(2, target: dear), sum(price: 9))
        statement.add(line(31), sum(price: 4, prepaid: 4))
        for one in [topUp(1, 100), topUp(20, -10), topUp(40, 50)] { statement.add(one) }
        // Before: 7. In the month: +100 - 10 - 30 = 67. After it: +50 - 4.
        let wallet = statement.wallet(now: nano(113))
        #expect(
            wallet
                == CustomerStatement.Wallet(opening: nano(7), paidIn: nano(90), used: nano(30), closing: nano(67)))
        #expect(statement.owed == nano(9) && statement.payments.count == 2)
    }

    /// Names that would be markup, formulas, or turn what follows around.
    private static let hostile = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'); DROP TABLE journal;--",
        "=HYPERLINK(\"x\")",
        "a\u{202E}b", "a\nb\r\nc", "\u{0}", "&lt;b&gt;", "</style></title></table>", "@SUM(1)", "\tx",
    ]

    @Test("no name of a customer, a model or a payment becomes markup", arguments: hostile)
    func markup(name: String) {
        var statement = statement(of: name)
        statement.add(line(0, customer: name, target: Target(provider: name, model: name)), sum(price: 1))
        statement.add(topUp(1, 5, note: name))
        let page = statement.html(wallet: nano(5), made: start, showsCost: true)
        var plain = self.statement(of: "x")
        plain.add(line(0, customer: "x", target: Target(provider: "x", model: "x")), sum(price: 1))
        plain.add(topUp(1, 5, note: "x"))
        func marks(_ page: String) -> [Int] {
            "<>\"".unicodeScalars.map { mark in page.unicodeScalars.count { $0 == mark } }
        }
        #expect(marks(page) == marks(plain.html(wallet: nano(5), made: start, showsCost: true)))
        #expect(!page.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0 == "\u{202E}" })
        #expect(
            page.split(separator: "\n").count
                == plain.html(wallet: nano(5), made: start, showsCost: true)
                .split(separator: "\n").count)
    }

    @Test("no name becomes a formula or a column in a spreadsheet", arguments: hostile)
    func formulas(name: String) throws {
        var statement = statement(of: "acme")
        statement.add(topUp(1, 5, note: name))
        let csv = statement.csv(showsCost: false)
        let field = try #require(csv.split(separator: "\r\n", maxSplits: 1, omittingEmptySubsequences: false).last)
            .dropFirst("2026-11-02,".count)
        let content = field.hasPrefix("\"") ? field.dropFirst() : field
        #expect(!"=+-@\t\r\n".unicodeScalars.contains(try #require(content.unicodeScalars.first)))
        if name.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) {
            #expect(field.hasPrefix("\""))
        }
        #expect(csv.hasSuffix(",,,,,0.000000005"))
    }

    @Test("needs nothing from elsewhere, and rounds nothing")
    func page() {
        var statement = statement()
        statement.add(line(0), sum(price: 1_500_000_001, cost: 1_000_000_000))
        statement.add(line(1), sum(price: 2_000_000_000, cost: 2_000_000_000))
        let page = statement.html(wallet: nil, made: start, showsCost: false)
        for address in ["http:", "https:", "//", "src=", "href=", "@import", "url("] {
            #expect(!page.contains(address))
        }
        #expect(page.contains("<td>1.500000001</td>") && page.contains("<td>2.000000000</td>"))
        #expect(page.contains("<td>3.500000001</td>"), "the total")
        #expect(!page.contains("Margin") && !page.contains("wallet before"))
        let own = statement.html(wallet: .zero, made: start, showsCost: true)
        #expect(own.contains("<td>0.500000001</td>") && own.contains("In the wallet before"))
    }
}
