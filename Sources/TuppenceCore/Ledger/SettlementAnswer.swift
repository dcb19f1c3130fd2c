/// What whoever settles is told, put together account by account.
@usableFromInline
struct SettlementAnswer {
    @usableFromInline var remaining: Money?
    @usableFromInline var warnings: [BudgetWarning] = []

    @inlinable
    init() {}

    /// - Parameters:
    ///   - limit: of the claim, as it binds now.
    ///   - spent: by the settlement.
    ///   - balance: as the settlement has left it.
    @inlinable
    mutating func add(_ claim: BudgetClaim, limit: Money, spent: Money, leaving balance: Balance) {
        remaining = min(remaining ?? .unlimited, balance.available(under: limit))
        // Balances change one settlement after the other, so just one of them finds a threshold between the two.
        if claim.hasThresholds,
            let warning = BudgetWarning(claim, before: balance.spent - spent, after: balance.spent)
        {
            warnings.append(warning)
        }
    }

    @inlinable
    func outcome(isLate: Bool) -> LedgerOutcome { .settled(remaining: remaining, late: isLate, warnings: warnings) }
}
