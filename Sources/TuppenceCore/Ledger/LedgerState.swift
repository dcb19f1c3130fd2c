/// What a store shows and takes while it performs operations under its lock. The rules are below, the same for every
/// store; a store only reads and writes.
public protocol LedgerState {
    mutating func balance(of account: BudgetAccount) throws -> Balance
    mutating func setBalance(_ balance: Balance, of account: BudgetAccount) throws
    /// Adds to a balance; what is added may be less than nothing. There is one by the two above, which a store that finds
    /// balances by looking for them twice can do better.
    ///
    /// - Returns: the balance as it is now.
    mutating func add(held: Money, spent: Money, to account: BudgetAccount) throws -> Balance
    mutating func hasHold(of attempt: AttemptID) throws -> Bool
    mutating func insert(_ hold: Hold) throws
    /// - Returns: false if no hold for this attempt is open.
    mutating func removeHold(of attempt: AttemptID) throws -> Bool
    mutating func holdsExpiring(by time: Timestamp) throws -> [OpenHold]
    /// - Returns: false if an entry for this attempt is there already; nothing is changed then.
    mutating func append(_ entry: LedgerEntry, closing hold: ClosedHold) throws -> Bool
    /// - Returns: false if this top-up is there already.
    mutating func append(_ topUp: TopUp) throws -> Bool
    /// How the entry for this attempt says that it ended, or nil if there is no entry.
    mutating func outcome(of attempt: AttemptID) throws -> AttemptOutcome?
    /// What binds a hold that asked for `claim`: see ``BudgetLimits``. There is one that answers with the claim itself, for a
    /// store whose budgets are not changed while requests run.
    mutating func binding(_ claim: BudgetClaim) throws -> BudgetClaim
    /// What has been found of an attempt, before its outcome is asked for. There is one that does nothing, for a store that
    /// finds it as soon without.
    mutating func recall(_ sighting: Sighting, of attempt: AttemptID)
    /// What this entry has come to, where it was booked in a commit whose answer was lost; nil where it was not, or where that has
    /// been asked for before. There is one that knows of none, for a store that always hears of its commits.
    mutating func takeUnanswered(_ entry: LedgerEntry) -> BookedEntry?
}

/// Inlinable, so that a store's own copy calls the store directly: this runs for every hold and every settlement.
extension LedgerState {
    @inlinable
    public mutating func recall(_ sighting: Sighting, of attempt: AttemptID) {}

    @inlinable
    public mutating func takeUnanswered(_ entry: LedgerEntry) -> BookedEntry? { nil }

    @inlinable
    public mutating func binding(_ claim: BudgetClaim) -> BudgetClaim { claim }

    @inlinable
    public mutating func add(held: Money, spent: Money, to account: BudgetAccount) throws -> Balance {
        var balance = try balance(of: account)
        _ = balance.add(held: held, spent: spent)
        try setBalance(balance, of: account)
        return balance
    }

    /// Performs one operation. Every change it makes becomes durable together, or none does.
    @inlinable
    public mutating func perform(_ operation: LedgerOperation) throws -> LedgerOutcome {
        switch operation {
        case .hold(let hold): try place(hold)
        case .settle(let settlement): try settle(settlement)
        case .expire(let now): try expire(at: now)
        case .topUp(let topUp): try add(topUp)
        case .note(let entry): try note(entry)
        case .replayed(let operation): try replay(operation)
        }
    }

    /// Sets the amount aside in every budget that applies, or in none.
    @inlinable
    mutating func place(_ hold: Hold) throws -> LedgerOutcome {
        var left = BudgetsLeft()
        var remaining: Money?
        var denial: BudgetDenial?
        var yielding: BudgetDenial?
        var warnings: [BudgetWarning] = []
        for asked in hold.claims {
            let claim = try binding(asked)
            let balance = try balance(of: claim.account)
            let available = balance.available(under: claim.limit)
            let needed = hold.amount(on: claim.account)
            claim.noteRoom(balance)
            left.narrow(to: available, of: claim.account)
            remaining = min(remaining ?? .unlimited, available - needed)
            if claim.hasThresholds {
                if let warning = BudgetWarning(claim, before: balance.spent, after: balance.spent) {
                    warnings.append(warning)
                }
                if hold.yieldsToThresholds, yielding == nil, needed > balance.available(under: claim.ceiling) {
                    yielding = BudgetDenial(yielding: claim, balance: balance, needed: needed)
                }
            }
            guard needed > available else { continue }
            let found = BudgetDenial(claim: claim, balance: balance, needed: needed)
            denial = denial?.joined(by: found) ?? found
        }
        // A hold asked for twice (a retry whose first answer was lost) is held once, and does not stand in its own way.
        if try hasHold(of: hold.attempt) {
            return .held(remaining: remaining.map { $0 + hold.amount }, warnings: warnings)
        }
        if var denial = denial ?? yielding {
            denial.degradeTo = yielding?.degradeTo
            denial.left = left
            return .denied(denial)
        }
        try insert(hold)
        for claim in hold.claims {
            _ = try add(held: hold.amount(on: claim.account), spent: .zero, to: claim.account)
        }
        return .held(remaining: remaining, warnings: warnings)
    }

    /// Books what the attempt cost and gives back the rest of its hold. What comes after the hold's end is booked all the
    /// same: it is the truth.
    @inlinable
    mutating func settle(_ settlement: Settlement) throws -> LedgerOutcome {
        let hold = settlement.hold
        let entry = settlement.entry
        var isOpen = try removeHold(of: hold.attempt)
        if !isOpen, let sighting = settlement.sighting { recall(sighting, of: hold.attempt) }
        if try !append(entry, closing: .settled(hold, releases: isOpen)) {
            // An expired hold has left an entry of its own, and whoever wrote that has given the hold back, another process
            // on the same store included; the late truth is booked beside it.
            isOpen = false
            guard try appendLate(entry, of: hold) else { return try answerAgain(settlement) }
        }
        var answer = SettlementAnswer()
        for claim in hold.claims {
            let spent = claim.account.isWallet ? entry.price : entry.cost
            let released = isOpen ? .zero - hold.amount(on: claim.account) : .zero
            let balance = try add(held: released, spent: spent, to: claim.account)
            answer.add(claim, limit: try binding(claim).limit, spent: spent, leaving: balance)
            claim.noteRoom(balance)
        }
        return answer.outcome(isLate: !isOpen)
    }

    /// Of what is booked already: what was said the first time, where nobody has heard that.
    @inlinable
    mutating func answerAgain(_ settlement: Settlement) throws -> LedgerOutcome {
        let entry = settlement.entry
        guard let booked = takeUnanswered(entry) ?? takeUnanswered(entry.afterExpiry) else { return .alreadySettled }
        var answer = SettlementAnswer()
        for claim in settlement.hold.claims {
            guard let balance = booked.balances[claim.account] else { continue }
            let spent = claim.account.isWallet ? entry.price : entry.cost
            answer.add(claim, limit: try binding(claim).limit, spent: spent, leaving: balance)
        }
        return answer.outcome(isLate: !booked.releasedHold)
    }

    @inlinable
    mutating func appendLate(_ entry: LedgerEntry, of hold: Hold) throws -> Bool {
        guard try outcome(of: entry.attempt) == .expired else { return false }
        return try append(entry.afterExpiry, closing: .settled(hold, releases: false))
    }

    @inlinable
    mutating func expire(at now: Timestamp) throws -> LedgerOutcome {
        let holds = try holdsExpiring(by: now)
        for hold in holds {
            guard try removeHold(of: hold.attempt) else { continue }
            for account in hold.accounts {
                _ = try add(held: .zero - hold.amount(on: account), spent: .zero, to: account)
            }
            _ = try append(.expired(hold, at: now), closing: .expired(hold))
        }
        return .expired(count: holds.count)
    }

    @inlinable
    mutating func note(_ entry: LedgerEntry) throws -> LedgerOutcome {
        precondition(entry.cost == .zero && entry.price == .zero, "a note of what costs something")
        return try append(entry, closing: .none) ? .noted : .alreadySettled
    }

    /// Records what was granted elsewhere. What has an entry has ended, and is not in force again.
    @inlinable
    mutating func replay(_ operation: LedgerOperation) throws -> LedgerOutcome {
        switch operation {
        case .hold(let hold):
            if try !hasHold(of: hold.attempt), try outcome(of: hold.attempt) == nil {
                try insert(hold)
                for claim in hold.claims {
                    _ = try add(held: hold.amount(on: claim.account), spent: .zero, to: claim.account)
                }
            }
            return .held(remaining: nil)
        case .note(let entry): return try outcome(of: entry.attempt) == nil ? note(entry) : .alreadySettled
        case .settle, .topUp, .expire, .replayed: return try perform(operation)
        }
    }

    /// What a wallet has left is what was paid in less what was spent: a top-up is spending turned around.
    @inlinable
    mutating func add(_ topUp: TopUp) throws -> LedgerOutcome {
        var balance = try balance(of: topUp.wallet)
        guard try append(topUp) else { return .toppedUp(balance, repeated: true) }
        balance.spent -= topUp.amount
        try setBalance(balance, of: topUp.wallet)
        return .toppedUp(balance, repeated: false)
    }
}

extension LedgerEntry {
    /// The same, as it is booked beside the entry that the end of its hold has left.
    @usableFromInline
    var afterExpiry: LedgerEntry {
        var late = self
        late.attempt = AttemptID(request: attempt.request, number: attempt.number + AttemptID.lateOffset)
        return late
    }
}
