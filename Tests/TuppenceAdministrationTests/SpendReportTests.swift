import Testing
import TuppenceCore
import TuppenceGateway

@Suite("What has been spent, by budget")
struct SpendReportTests {
    @Test(
        "an account is its rule's, whatever the value begins with: an accent makes one letter with the slash before it")
    func accents() {
        let rule = BudgetRule(
            name: "users", scope: [.user: .each], limit: Money(nanodollars: 100), period: .total)
        let names = ["users/bob", "users/\u{301}bob", "users/\u{200D}x"]
        var balances: [BudgetAccount: Balance] = [:]
        for name in names {
            balances[BudgetAccount(name: name, windowStart: Timestamp(seconds: 0))] = Balance(
                spent: Money(nanodollars: 7))
        }
        let shown = SpendReport.budgets(of: [rule], in: balances, at: Timestamp(seconds: 1_800_000_000))
        #expect(Set(shown.map(\.account)) == Set(names))
        #expect(shown.allSatisfy { $0.spentNanodollars == 7 })
    }
}
