import TuppenceCore

/// One transaction's view of the ledger.
struct JournalState: LedgerState {
    let journal: Journal
    private var sighting: (attempt: AttemptID, found: Sighting)?
    private var prior: PriorOutcomes

    init(journal: Journal, prior: PriorOutcomes) {
        self.journal = journal
        self.prior = prior
    }

    func balance(of account: BudgetAccount) throws -> Balance { try journal.balance(of: account) }

    func setBalance(_ balance: Balance, of account: BudgetAccount) { journal.balances.change(balance, of: account) }

    func add(held: Money, spent: Money, to account: BudgetAccount) throws -> Balance {
        if let balance = journal.balances.add(held: held, spent: spent, to: account) { return balance }
        _ = try journal.balance(of: account)
        return try add(held: held, spent: spent, to: account)
    }

    func hasHold(of attempt: AttemptID) -> Bool { journal.open.contains(attempt) }

    func insert(_ hold: Hold) {
        journal.writer.add(hold)
        journal.advance(to: hold.attempt.request.time)
        journal.open.add(hold, page: journal.nextPage)
    }

    func removeHold(of attempt: AttemptID) throws -> Bool { try journal.removeHold(of: attempt) }

    func holdsExpiring(by time: Timestamp) -> [OpenHold] { journal.open.expiring(by: time) }

    mutating func append(_ entry: LedgerEntry, closing hold: ClosedHold) throws -> Bool {
        // A hold in force has no entry, nor has a request that is only noted; where there was one in force before there may
        // be one.
        if case .settled(_, releases: false) = hold, try outcome(of: entry.attempt) != nil { return false }
        try journal.writer.add(entry, closing: hold)
        journal.advance(to: max(entry.at, entry.attempt.request.time))
        journal.sums.book(entry)
        prior.add(entry)
        return true
    }

    func append(_ topUp: TopUp) throws -> Bool {
        if try journal.storage.hasTopUp(topUp.id) { return false }
        journal.writer.add(topUp)
        try journal.storage.keep(topUp)
        // Not to the time in its id: that may be its sender's own, and any.
        journal.advance(to: topUp.at)
        return true
    }

    func binding(_ claim: BudgetClaim) -> BudgetClaim { journal.limits.binding(claim) }

    func takeUnanswered(_ entry: LedgerEntry) -> BookedEntry? { journal.unanswered.take(entry) }

    mutating func recall(_ sighting: Sighting, of attempt: AttemptID) { self.sighting = (attempt, sighting) }

    func outcome(of attempt: AttemptID) throws -> AttemptOutcome? {
        try foundOutcome(of: attempt) ?? journal.outcomeBefore(attempt)
    }

    private func foundOutcome(of attempt: AttemptID) throws -> AttemptOutcome? {
        if prior.covers(attempt) { return prior[attempt] }
        guard let sighting, sighting.attempt.request == attempt.request else {
            return try journal.outcome(of: attempt, after: 0)
        }
        // Pages are never changed, so what was found in them is there still, and what was not never will be.
        switch attempt.number - sighting.attempt.number {
        case 0: return try sighting.found.outcome ?? journal.outcome(of: attempt, after: sighting.found.page)
        case AttemptID.lateOffset:
            return try sighting.found.late ?? journal.outcome(of: attempt, after: sighting.found.page)
        default: return try journal.outcome(of: attempt, after: 0)
        }
    }
}
