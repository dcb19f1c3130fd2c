import TuppenceCore
import TuppenceTesting

/// Recomputes every balance from what was done, by its own arithmetic, and holds the ledger against it.
public struct Auditor: Sendable {
    public private(set) var discrepancies: [String] = []
    public private(set) var settled = 0
    public private(set) var denied = 0
    private let rules: [BudgetRule]
    private var spent: [BudgetAccount: Int64] = [:]
    private var sent: Set<AttemptID> = []

    init(rules: [BudgetRule]) { self.rules = rules }

    private mutating func object(_ discrepancy: String) {
        // The first few tell what went wrong; a broken rule breaks a thousand times.
        if discrepancies.count < 20 { discrepancies.append(discrepancy) }
    }

    /// Held before sent.
    mutating func sent(_ attempt: Exchange.Attempt, _ ledger: InMemoryLedgerStore.Contents) {
        sent.insert(attempt.id)
        if ledger.holds[attempt.id] == nil { object("attempt \(attempt.id) was sent without a hold") }
        if attempt.hold.amount <= .zero { object("attempt \(attempt.id) was sent on a hold of nothing") }
        if attempt.outputLimit == nil { object("attempt \(attempt.id) was sent without an output limit") }
    }

    /// Settled before done.
    mutating func finished(_ exchange: Exchange, _ ledger: InMemoryLedgerStore.Contents) {
        let entries = ledger.entries.filter { $0.attempt.request == exchange.request.id }
        let last = entries.first { $0.attempt.number == exchange.attempts }
        if last?.outcome != .completed && last?.outcome != .truncated {
            object("request \(exchange.request.id) was finished before it was settled")
        }
        // The line of an attempt that failed earlier may be on its way still, if the ledger failed with it.
        if entries.reduce(.zero, { $0 + $1.cost }) > exchange.cost {
            object("request \(exchange.request.id) says it cost \(exchange.cost)")
        }
    }

    mutating func performed(_ operation: LedgerOperation, _ outcome: LedgerOutcome) {
        switch (operation, outcome) {
        case (.settle(let settlement), .settled):
            settled += 1
            for claim in settlement.hold.claims {
                spent[claim.account, default: 0] += settlement.entry.cost.nanodollars
            }
            if settlement.entry.cost > settlement.hold.amount {
                object(
                    "attempt \(settlement.entry.attempt) cost \(settlement.entry.cost) on a hold of \(settlement.hold.amount)"
                )
            }
        case (.hold, .denied(let denial)):
            denied += 1
            if denial.needed <= denial.remaining {
                object("a hold of \(denial.needed) was denied with \(denial.remaining) left")
            }
        default: break
        }
    }

    /// No overshoot, and every balance what its holds and settlements make it.
    mutating func check(_ ledger: InMemoryLedgerStore.Contents, at now: Timestamp) {
        var held: [BudgetAccount: Int64] = [:]
        for hold in ledger.holds.values {
            for account in hold.accounts { held[account, default: 0] += hold.amount.nanodollars }
        }
        for (account, balance) in ledger.balances {
            if balance.held.nanodollars != held[account, default: 0] {
                object("\(account.name) holds \(balance.held), its holds are \(held[account, default: 0]) at \(now)")
            }
            if balance.spent.nanodollars != spent[account, default: 0] {
                object("\(account.name) has spent \(balance.spent), its settlements are \(spent[account, default: 0])")
            }
            let rule = rules.first { account.name == $0.name || account.name.hasPrefix($0.name + "/") }
            if let rule, balance.spent + balance.held > rule.limit {
                object("\(account.name) overshoots: \(balance.spent) spent and \(balance.held) held of \(rule.limit)")
            }
        }
    }

    /// Nothing stays held, and every attempt that was sent has just one entry.
    mutating func checkEnd(_ ledger: InMemoryLedgerStore.Contents) {
        if !ledger.holds.isEmpty { object("\(ledger.holds.count) holds are left at the end") }
        for (account, balance) in ledger.balances where balance.held != .zero {
            object("\(account.name) still holds \(balance.held)")
        }
        let entries = Dictionary(grouping: ledger.entries, by: \.attempt)
        for attempt in sent where entries[attempt]?.count != 1 {
            object("attempt \(attempt) has \(entries[attempt]?.count ?? 0) entries")
        }
    }
}
