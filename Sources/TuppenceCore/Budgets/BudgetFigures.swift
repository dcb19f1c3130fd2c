/// The figures of a refusal for money: what the request may cost, and what is left of what it would have come out of.
public struct BudgetFigures: Hashable, Sendable {
    public let name: String
    /// Whose it is, as configurations say it: `key=web`.
    public let scope: String
    public let limit: Money
    public let spent: Money
    public let held: Money
    public let remaining: Money
    /// The most that the request may cost.
    public let needed: Money
    /// Nil where it has no windows.
    public let resetsAt: Timestamp?
    /// The output limit that the rest would pay for, where the request has one.
    public let affordableMaxTokens: Int?

    init(_ denial: BudgetDenial) {
        let (claim, balance) = (denial.claim, denial.balance)
        let isWallet = claim.account.isWallet
        name = claim.account.name
        scope =
            isWallet ? "customer=\(name.dropFirst(BudgetAccount.walletPrefix.count))" : claim.rule.scopeText
        // What was paid into a wallet, and what was charged, are one sum: its limit is what is in it.
        limit = isWallet ? claim.limit - min(.zero, balance.spent) : claim.limit
        spent = isWallet ? max(.zero, balance.spent) : balance.spent
        held = balance.held
        remaining = denial.remaining
        needed = denial.needed
        resetsAt = claim.resetsAt
        affordableMaxTokens = denial.affordableMaxTokens
    }

    /// Of the cap that a caller sets for one request.
    ///
    /// - Parameter spent: by attempts before.
    init(cap: Money, spent: Money, needed: Money, affordableMaxTokens: Int?) {
        name = "x-tuppence-max-cost"
        scope = "request"
        limit = cap
        self.spent = spent
        held = .zero
        remaining = max(.zero, cap - spent)
        self.needed = needed
        resetsAt = nil
        self.affordableMaxTokens = affordableMaxTokens
    }
}
