import TuppenceAnalysis
import TuppenceCore
import TuppenceStore

/// What a customer was charged and has paid in, and its wallet as it is now; nil where it has none.
package struct CustomerAccount: Sendable {
    package var statement: CustomerStatement
    package var wallet: WalletBalance?

    /// What the wallet has with what is held of it, as statements count.
    package var inWallet: Money? { wallet.map { $0.left + $0.held } }
}

extension Administration {
    /// - Precondition: both are the beginning of a day.
    package func account(of customer: String, from start: Timestamp, until end: Timestamp) throws -> CustomerAccount {
        var statement = CustomerStatement(of: customer, from: start, until: end)
        let wallet = try store.readAccount(
            of: customer, from: start, sum: { statement.add($0, $1) }, topUp: { statement.add($0) })
        return CustomerAccount(statement: statement, wallet: wallet)
    }

    /// What each customer was charged, the dearest first, those included who have a wallet and were charged nothing.
    package func customers(
        from start: Timestamp, until end: Timestamp
    ) throws -> [(name: String, spending: Spending, wallet: WalletBalance?)] {
        let spending = try store.spending(by: [.customer], from: start, until: end)[.customer] ?? []
        let wallets = try store.wallets()
        let byName = Dictionary(wallets.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let charged = spending.filter { !$0.name.isEmpty }.map { ($0.name, $0.spending, byName[$0.name]) }
        let known = Set(charged.map(\.0))
        return charged + wallets.filter { !known.contains($0.name) }.map { ($0.name, Spending(), $0) }
    }

    /// `2026-11` as the days that it has, of UTC.
    package static func month(_ text: String) throws(AdministrationError) -> BudgetWindow {
        guard text.utf8.count == 7, let first = Timestamp(iso8601: text + "-01") else {
            throw AdministrationError(.invalid, "'\(text)' is not a month such as 2026-11.")
        }
        return BudgetWindow(.month, containing: first)
    }
}
