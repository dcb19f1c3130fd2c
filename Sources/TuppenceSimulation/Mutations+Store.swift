import TuppenceCore
import TuppenceTesting

/// A store that reads or writes wrongly under the rules of ``LedgerState``, which run on it as they are.
struct StoreBroken: Mutation {
    enum Fault: Sendable {
        /// What a settlement or an expiry gives back is not written.
        case keepsHeld
        /// A denied hold stays among those in force.
        case keepsDenied
        /// What a settlement gives back is given back twice.
        case releasesTwice
        /// The end of a hold leaves no trace, and the settlement takes it to be in force.
        case releasesExpired
        /// Balances are those of before the last operation, where that was in the same two milliseconds.
        case readsStale
    }

    let name: String
    let fault: Fault
    private var earlier: [BudgetAccount: Balance] = [:]
    private var earlierTime = Timestamp(milliseconds: 0)

    init(_ name: String, _ fault: Fault) {
        self.name = name
        self.fault = fault
    }

    mutating func performing(
        _ operation: LedgerOperation, on ledger: inout InMemoryLedgerStore.Contents, at time: Timestamp
    ) throws -> LedgerOutcome {
        let before = ledger.balances
        var state = BrokenState(ledger: ledger, fault: fault, operation: operation)
        if fault == .readsStale && time - earlierTime <= Milliseconds(2) { state.stale = earlier }
        let outcome = try state.perform(operation)
        ledger = state.ledger
        if fault == .keepsDenied, case .hold(let hold) = operation, case .denied = outcome { ledger.insert(hold) }
        (earlier, earlierTime) = (before, time)
        return outcome
    }
}

private struct BrokenState: LedgerState {
    var ledger: InMemoryLedgerStore.Contents
    let fault: StoreBroken.Fault
    let operation: LedgerOperation
    var stale: [BudgetAccount: Balance] = [:]

    private var isSettlement: Bool { if case .settle = operation { true } else { false } }

    mutating func balance(of account: BudgetAccount) -> Balance {
        // Once it has been read it is this transaction's own.
        stale.removeValue(forKey: account) ?? ledger.balance(of: account)
    }

    mutating func setBalance(_ balance: Balance, of account: BudgetAccount) {
        var balance = balance
        let released = ledger.balance(of: account).held - balance.held
        if released > .zero && fault == .keepsHeld { balance.held += released }
        if released > .zero && fault == .releasesTwice && isSettlement { balance.held -= released }
        ledger.setBalance(balance, of: account)
    }

    mutating func hasHold(of attempt: AttemptID) -> Bool { ledger.hasHold(of: attempt) }

    mutating func insert(_ hold: Hold) { ledger.insert(hold) }

    mutating func removeHold(of attempt: AttemptID) -> Bool {
        let removed = ledger.removeHold(of: attempt)
        return removed || fault == .releasesExpired && isSettlement && ledger.outcome(of: attempt) == nil
    }

    mutating func holdsExpiring(by time: Timestamp) -> [OpenHold] { ledger.holdsExpiring(by: time) }

    mutating func append(_ entry: LedgerEntry, closing hold: ClosedHold) -> Bool {
        // Where the end of a hold leaves no entry, a settlement cannot tell that it comes late.
        if fault == .releasesExpired && entry.outcome == .expired { return true }
        return ledger.append(entry, closing: hold)
    }

    mutating func append(_ topUp: TopUp) -> Bool { ledger.append(topUp) }

    mutating func outcome(of attempt: AttemptID) -> AttemptOutcome? { ledger.outcome(of: attempt) }
}
