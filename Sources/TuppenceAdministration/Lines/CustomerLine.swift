import TuppenceCore
import TuppenceStore

/// A customer for programs: on what terms it is served, what it was charged this month, and its wallet. Amounts are nanodollars.
package struct CustomerLine: Encodable, Sendable {
    package var customer: String
    /// Whether the configuration lists it by its name.
    package var listed: Bool
    /// What is added to the cost.
    package var markupPercent: Double
    /// The models and targets that have prices of its own.
    package var ratesFor: [String]
    /// Whether a wallet pays.
    package var prepaid: Bool
    package var requests: Int
    package var chargedNanodollars: Int64
    package var costNanodollars: Int64
    /// Not there where it has no wallet.
    package var remainingNanodollars: Int64?
    package var heldNanodollars: Int64?

    init(_ name: String, isListed: Bool, _ terms: Terms?, _ spending: Spending, _ wallet: WalletBalance?) {
        customer = name
        listed = isListed
        markupPercent = Double(terms?.pricing?.markup.partsPerMillion ?? 0) / 10_000
        ratesFor = terms?.pricing?.rates.map(\.pattern) ?? []
        prepaid = terms?.wallet != nil
        requests = spending.requests
        chargedNanodollars = spending.price.nanodollars
        costNanodollars = spending.cost.nanodollars
        remainingNanodollars = wallet?.left.nanodollars
        heldNanodollars = wallet?.held.nanodollars
    }
}

extension Administration {
    /// Those of the configuration, those who were charged something this month, and those who have a wallet, by name.
    package func customerLines(at now: Timestamp) throws -> [CustomerLine] {
        let customers = loaded.configuration.policy.customers
        let listed = Set(customers.names.map { Array($0.utf8) })
        let month = BudgetWindow(.month, containing: now)
        let seen = try self.customers(from: month.start, until: month.end ?? .distantFuture)
        let known = Set(seen.map { Array($0.name.utf8) })
        let lines = seen.map { found in
            CustomerLine(
                found.name, isListed: listed.contains(Array(found.name.utf8)), customers.terms(of: found.name),
                found.spending, found.wallet)
        }
        let others = customers.names.filter { !known.contains(Array($0.utf8)) }.map { name in
            CustomerLine(name, isListed: true, customers.terms(of: name), Spending(), nil)
        }
        // By their bytes, which are what tells them apart.
        return (lines + others).sorted { $0.customer.utf8.lexicographicallyPrecedes($1.customer.utf8) }
    }
}
