extension Notice {
    /// One of the thresholds that a settlement has passed.
    public static func passed(_ threshold: SoftThreshold, _ warning: BudgetWarning, at time: Timestamp) -> Notice {
        let claim = warning.claim
        let end = claim.resetsAt.map { " The window ends at \($0.iso8601)." } ?? ""
        return Notice(
            kind: .budgetThreshold, at: time,
            message:
                "Budget '\(claim.account.name)' (\(claim.rule.scopeText)) has passed \(threshold.at): \(warning.spent) of \(claim.limit) are spent.\(end)",
            details: details(of: claim, spent: warning.spent) + [("threshold", .money(threshold.at))],
            destinations: threshold.notify)
    }

    /// A budget refused for the first time in its window, as far as the one who posts this remembers.
    public static func exhausted(_ denial: BudgetDenial, at time: Timestamp) -> Notice {
        let claim = denial.claim
        // What is more than the whole limit fits into no window.
        let remedy =
            if denial.needed > claim.limit {
                "No window has that much: have such requests ask for less (a smaller max_tokens), or raise the limit."
            } else {
                "To let such requests through, \(claim.resetsAt.map { "wait until \($0.iso8601), or " } ?? "")raise the limit."
            }
        return Notice(
            kind: .budgetExhausted, at: time,
            message:
                "Budget '\(claim.account.name)' (\(claim.rule.scopeText)) has refused a request that may cost \(denial.needed): \(denial.balance.spent) of \(claim.limit) are spent. \(remedy)",
            details: details(of: claim, spent: denial.balance.spent) + [
                ("held", .money(denial.balance.held)), ("needed", .money(denial.needed)),
            ], destinations: destinations(of: claim))
    }

    /// One more account of a budget refused, of which `count` do so already. Those that follow are told of no more.
    public static func exhausted(_ denial: BudgetDenial, beyond count: Int, at time: Timestamp) -> Notice {
        let claim = denial.claim
        return Notice(
            kind: .budgetExhausted, at: time,
            message:
                "More than \(count) accounts of budget '\(claim.rule.name)' (\(claim.rule.scopeText)) have refused requests, and further ones are not told of one by one. See all of them with: tuppence spend",
            details: details(of: claim, spent: denial.balance.spent) + [
                ("held", .money(denial.balance.held)), ("needed", .money(denial.needed)), ("accounts", .count(count)),
            ], destinations: destinations(of: claim))
    }

    /// Every address of the budget, once.
    private static func destinations(of claim: BudgetClaim) -> [String] {
        claim.rule.thresholds.lazy.flatMap(\.notify).reduce(into: []) { found, url in
            if !found.contains(url) { found.append(url) }
        }
    }

    /// The first of an outage.
    public static func allowanceUsed(since: Timestamp, at time: Timestamp) -> Notice {
        Notice(
            kind: .allowanceUsed, at: time,
            message:
                "The ledger cannot be written since \(since.iso8601). Requests are admitted by what their budgets allow for that (on_store_failure), all others are refused. The log says what the store said.",
            details: [("since", .time(since))])
    }

    /// The end of one.
    public static func allowanceReplayed(_ operations: [LedgerOperation], at time: Timestamp) -> Notice {
        var requests = 0
        var settlements = 0
        var spent = Money.zero
        for operation in operations {
            switch operation {
            case .hold: requests += 1
            case .settle(let settlement):
                settlements += 1
                spent += settlement.entry.cost
            case .note, .topUp, .expire, .replayed: break
            }
        }
        return Notice(
            kind: .allowanceReplayed, at: time,
            message:
                "The ledger can be written again, and has what was done without it: \(requests) attempts were admitted, \(settlements) settled at \(spent).",
            details: [("admitted", .count(requests)), ("settled", .count(settlements)), ("spent", .money(spent))])
    }

    private static func details(of claim: BudgetClaim, spent: Money) -> [(name: String, value: Value)] {
        var details: [(name: String, value: Value)] = [
            ("budget", .text(claim.rule.name)), ("account", .text(claim.account.name)),
            ("scope", .text(claim.rule.scopeText)), ("limit", .money(claim.limit)), ("spent", .money(spent)),
        ]
        if let end = claim.resetsAt { details.append(("resets_at", .time(end))) }
        return details
    }
}
