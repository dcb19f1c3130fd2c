/// What the budgets of one attempt have left. Costs and prices apart: what a wallet has left pays prices, of which nobody can
/// tell costs as long as rates of its own make them.
public struct BudgetsLeft: Hashable, Sendable {
    /// The least that any budget has left for costs, and any wallet for prices.
    public var cost = Money.unlimited
    public var price = Money.unlimited

    @inlinable
    public init() {}

    /// Counts one account more.
    @inlinable
    public mutating func narrow(to available: Money, of account: BudgetAccount) {
        if account.isWallet { price = min(price, available) } else { cost = min(cost, available) }
    }

    mutating func narrow(to other: BudgetsLeft) {
        cost = min(cost, other.cost)
        price = min(price, other.price)
    }

    func covers(cost: Money, price: Money) -> Bool { cost <= self.cost && price <= self.price }

    /// The largest output limit, `most` at the most, whose bounds this covers, found by halving: they rise with the limit.
    func affordableTokens(upTo most: Int, _ bounds: (Int) -> (cost: Money, price: Money)) -> Int {
        var low = 0
        var high = most
        while low < high {
            let middle = high - (high - low) / 2
            let (cost, price) = bounds(middle)
            if covers(cost: cost, price: price) { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
