import TuppenceCore
import TuppenceTesting

/// Attempts that are started beside another are sent without asking the ledger.
struct HedgeUnheld: Mutation {
    let name = "a hedge is sent without a hold"
    private var hedges: Set<AttemptID> = []

    mutating func asking(
        _ operation: LedgerOperation, of exchange: Exchange, at now: Timestamp
    ) -> LedgerOperation {
        if case .hold(let hold) = operation, hold.isBesideAnother(of: exchange) { hedges.insert(hold.attempt) }
        return operation
    }

    func performing(_ operation: LedgerOperation, on ledger: inout InMemoryLedgerStore.Contents, at time: Timestamp)
        throws -> LedgerOutcome
    {
        if case .hold(let hold) = operation, hedges.contains(hold.attempt) { return .held(remaining: nil) }
        return try ledger.perform(operation)
    }
}

extension HoldChanged {
    /// The hold of the first attempt is taken to cover both.
    static let oneHoldForBoth = HoldChanged(name: "a hedge is held for at nothing") { hold, exchange, _ in
        hold.isBesideAnother(of: exchange) ? hold.with(amount: .zero) : hold
    }
}

extension SettlementChanged {
    static let overtakenIsFree = SettlementChanged(name: "an attempt that was overtaken settles at nothing") {
        settlement, _, _ in
        settlement.entry.outcome == .overtaken ? settlement.free : settlement
    }
}

/// Whoever was faster is settled, and nobody thinks of the other.
struct OvertakenForgotten: Mutation {
    let name = "the hold of an attempt that was overtaken is not given back"

    func performing(_ operation: LedgerOperation, on ledger: inout InMemoryLedgerStore.Contents, at time: Timestamp)
        throws -> LedgerOutcome
    {
        if case .settle(let settlement) = operation, settlement.entry.outcome == .overtaken {
            return .settled(remaining: nil, late: false)
        }
        return try ledger.perform(operation)
    }
}

extension Hold {
    fileprivate func isBesideAnother(of exchange: Exchange) -> Bool {
        exchange.attempt.map { $0.id != attempt } ?? false
    }
}
