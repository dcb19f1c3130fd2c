/// An entry as double-entry bookkeeping has it: what is debited to four accounts, negative where it is credited.
public struct Posting: Hashable, Sendable {
    /// What the caller owes, or has paid into a wallet.
    public var customer = Money.zero
    /// What a wallet has paid; a top-up is negative here.
    public var wallet = Money.zero
    /// What the price has beyond the cost, negative: it is ours.
    public var margin = Money.zero
    /// What the provider is owed, negative.
    public var provider = Money.zero

    public init(cost: Money, price: Money, margin: Money, isPrepaid: Bool) {
        if isPrepaid { wallet = price } else { customer = price }
        self.margin = .zero - margin
        provider = .zero - cost
    }

    public init(_ topUp: TopUp) {
        customer = topUp.amount
        wallet = .zero - topUp.amount
    }

    /// Zero: what one account gives, others get.
    public var sum: Money { customer + wallet + margin + provider }
}

extension LedgerEntry {
    public var margin: Money { price - cost }

    public var posting: Posting { Posting(cost: cost, price: price, margin: margin, isPrepaid: isPrepaid) }
}
