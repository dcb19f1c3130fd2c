import TuppenceCore
import TuppenceTesting

extension HoldChanged {
    /// What a budget allows without the store is not counted: its limit is all that counts.
    static let allowanceIgnored = HoldChanged(name: "an allowance is as large as its limit") { hold, _, _ in
        hold.allowing { rule in rule.allowance.map { _ in rule.limit } }
    }

    /// A budget that refuses without the store allows as much as another.
    static let allowanceOfAll = HoldChanged(name: "one budget that allows it is enough") { hold, _, _ in
        let allows = hold.claims.contains { $0.rule.allowance != nil }
        return hold.allowing { rule in rule.allowance ?? (allows ? rule.limit : nil) }
    }
}

extension Hold {
    fileprivate func allowing(_ allowance: (BudgetRule) -> Money?) -> Hold {
        with(
            claims: claims.map { claim in
                BudgetClaim(
                    account: claim.account, rule: claim.rule.allowing(allowance(claim.rule)), resetsAt: claim.resetsAt)
            })
    }
}

extension BudgetRule {
    fileprivate func allowing(_ allowance: Money?) -> BudgetRule {
        BudgetRule(
            name: name, scope: isPerValue ? [.user: .each] : [.key: .exactly("app")], limit: limit, period: period,
            actions: actions, degradeTo: degradeTo, thresholds: thresholds, zone: zone, allowance: allowance)
    }
}

/// What was done without the store is done again by the rules of what comes anew.
struct ReplayedPlainly: Mutation {
    let name = "what is replayed twice counts twice"

    func performing(_ operation: LedgerOperation, on ledger: inout InMemoryLedgerStore.Contents, at time: Timestamp)
        throws -> LedgerOutcome
    {
        guard case .replayed(let inner) = operation else { return try ledger.perform(operation) }
        return try ledger.perform(inner)
    }
}

struct SettlementsNotReplayed: Mutation {
    let name = "what was settled without the store is forgotten"

    func performing(_ operation: LedgerOperation, on ledger: inout InMemoryLedgerStore.Contents, at time: Timestamp)
        throws -> LedgerOutcome
    {
        if case .replayed(.settle) = operation { return .alreadySettled }
        return try ledger.perform(operation)
    }
}
