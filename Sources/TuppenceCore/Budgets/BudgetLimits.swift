/// The limits of the budgets that are changed while requests run, as a store has them at the instant at which it places a
/// hold.
///
/// A request asks for its budgets before the ledger comes to it. Were a limit lowered in between, its hold would be placed by
/// one that is no longer there; with these at hand, what has been lowered binds the very next hold, whoever asked for it and
/// when. What has been raised is for those who ask from then on.
public struct BudgetLimits: Hashable, Sendable {
    /// Counts their changes, from 1 on; 0 where there has never been any.
    public let edition: Int64
    private let limits: [String: Money]

    public init(edition: Int64 = 0, _ limits: [String: Money] = [:]) {
        self.edition = edition
        self.limits = limits
    }

    /// What binds a hold that asked for `claim`. A budget that has been removed meanwhile binds it as it did.
    @inlinable
    public func binding(_ claim: BudgetClaim) -> BudgetClaim {
        claim.edition == 0 || claim.edition == edition ? claim : limited(claim)
    }

    @usableFromInline
    func limited(_ claim: BudgetClaim) -> BudgetClaim {
        guard let limit = limits[claim.rule.name], limit < claim.limit else { return claim }
        return BudgetClaim(account: claim.account, rule: claim.rule.limited(to: limit), resetsAt: claim.resetsAt)
    }
}
