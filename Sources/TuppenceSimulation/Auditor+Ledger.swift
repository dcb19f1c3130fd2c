import TuppenceCore
import TuppenceTesting

/// What the ledger does, held against the auditor's own books.
extension Auditor {
    mutating func performed(
        _ operation: LedgerOperation, _ outcome: LedgerOutcome, _ ledger: InMemoryLedgerStore.Contents
    ) {
        switch (operation, outcome) {
        case (.hold(let hold), .held): held(hold.attempt)
        case (.hold(let hold), .denied(let denial)): denied(hold.attempt, denial)
        case (.settle(let settlement), .settled(_, let late, let warnings)):
            settled(settlement.entry, late: late, warnings)
        case (.settle(let settlement), .alreadySettled):
            let attempt = settlement.hold.attempt
            if attempts[attempt]?.isBooked != true { object("attempt \(attempt.text) is called settled and is not") }
        case (.expire(let now), .expired(let count)): expired(at: now, count)
        default: object("\(operation) was answered with \(outcome)")
        }
        readEntries(ledger)
        let due = open.count
        if ledger.holds.count != due { object("\(ledger.holds.count) holds are in force, not \(due)") }
        let touched: [BudgetAccount]
        switch operation {
        case .hold(let hold): touched = attempts[hold.attempt]?.accounts ?? []
        case .settle(let settlement): touched = attempts[settlement.hold.attempt]?.accounts ?? []
        case .topUp(let topUp): touched = [topUp.wallet]
        case .note: touched = []
        case .replayed: touched = []
        case .expire: touched = outcome == .expired(count: 0) ? [] : Array(books.keys)
        }
        check(touched, ledger)
    }

    private mutating func held(_ attempt: AttemptID) {
        guard let record = attempts[attempt], record.state == .asked else {
            return object("attempt \(attempt.text) got a hold out of turn")
        }
        admitted(attempt, record)
        attempts[attempt]?.state = .open
        open.insert(attempt)
        for account in record.accounts {
            // What has been elsewhere and got no answer there may come back, and take what there is.
            guard let book = book(account, { $0.held += record.amount }), sentElsewhere[attempt.request] == nil,
                let most = book.plan.degradesAbove, book.spent + book.held > most
            else { continue }
            object("attempt \(attempt.text) takes \(account.name) beyond \(most) and is not degraded")
        }
    }

    /// Denied only where there is no room, with the figures that decided it.
    private mutating func denied(_ attempt: AttemptID, _ denial: BudgetDenial) {
        figures.denied += 1
        guard let record = attempts[attempt], record.state == .asked else {
            return object("attempt \(attempt.text) was denied out of turn")
        }
        attempts[attempt]?.state = .denied
        guard let book = books[denial.claim.account], record.accounts.contains(denial.claim.account) else {
            return object("attempt \(attempt.text) was denied by an account that does not concern it")
        }
        var cause: Elsewhere?
        // What was asked for beside another may be answered long after the request was sent elsewhere.
        for account in record.accounts where record.isHedge || sentElsewhere[attempt.request] == nil {
            guard let book = books[account] else { continue }
            let total = book.spent + book.held + record.amount
            if let most = book.plan.degradesAbove, total > most { cause = .spared }
            if cause == nil, total > book.limit, book.plan.action(wish: record.wish) == .degrade { cause = .noRoom }
        }
        if let cause, record.isHedge {
            // What has no room beside another is not sent elsewhere, unless that other one has failed meanwhile.
            if sentElsewhere[attempt.request] == nil { causesBeside[attempt.request] = cause }
        } else if let cause {
            figures.degraded += 1
            sentElsewhere[attempt.request] = cause
            // What a threshold spares has its turn when the other route brings no answer.
            if cause == .spared { isSpared(attempt) }
        }
        let causes = cause != nil
        if denial.lacking.isEmpty && !causes { object("attempt \(attempt.text) was denied for no threshold") }
        if book.limit - book.spent - book.held >= record.amount && !denial.lacking.isEmpty {
            object("a hold of \(record.amount) was denied with \(book.limit - book.spent - book.held) left")
        }
        if denial.balance.spent.nanodollars != book.spent || denial.balance.held.nanodollars != book.held {
            object("attempt \(attempt.text) was denied on \(denial.balance), which is not the balance")
        }
    }

    private mutating func settled(_ entry: LedgerEntry, late: Bool, _ warnings: [BudgetWarning]) {
        let attempt = entry.attempt
        figures.settled += 1
        guard let record = attempts[attempt], record.state == .open || record.state == .expired else {
            return object("attempt \(attempt.text) was settled out of turn")
        }
        let isOpen = record.state == .open
        if late == isOpen {
            object("attempt \(attempt.text) was settled \(late ? "late" : "in time"), says the ledger")
        }
        let cost = entry.cost.nanodollars
        attempts[attempt]?.state = isOpen ? .settled : .settledLate
        attempts[attempt]?.outcome = entry.outcome
        attempts[attempt]?.cost = cost
        checkCost(entry, record)
        checkOvertaken(entry)
        var excused: Int64 = 0
        if !isOpen {
            figures.late += 1
            figures.lateCost += cost
            excused = cost
        } else if record.call?.ignoresLimit == true, cost > record.amount {
            figures.beyondLimit += cost - record.amount
            excused = cost - record.amount
        }
        open.remove(attempt)
        settledInOutage(record, cost: cost)
        var passed: [String] = []
        for account in record.accounts {
            book(account) {
                if isOpen { $0.held -= record.amount }
                for threshold in $0.plan.thresholds where $0.spent < threshold && threshold <= $0.spent + cost {
                    passed.append("\(account.name) \(threshold)")
                }
                $0.spent += cost
                $0.excused += excused
            }
        }
        figures.thresholds += passed.count
        let told = warnings.flatMap { warning in
            warning.crossed.map { place in
                "\(warning.claim.account.name) \(warning.claim.rule.thresholds[place].at.nanodollars)"
            }
        }
        if told != passed { object("attempt \(attempt.text) passed the thresholds \(passed), told are \(told)") }
    }

    /// What an attempt is booked at: what its provider bills where the whole count was seen, else no less than could be
    /// known of it; and no more than was held.
    private mutating func checkCost(_ entry: LedgerEntry, _ record: AttemptRecord) {
        let cost = entry.cost.nanodollars
        guard let call = record.call else {
            if cost != 0 { object("attempt \(entry.attempt.text) was never sent and cost \(cost)") }
            return
        }
        if !call.isReached && cost != 0 { object("attempt \(entry.attempt.text) never left and cost \(cost)") }
        if cost > record.amount && !call.ignoresLimit {
            object("attempt \(entry.attempt.text) cost \(cost) on a hold of \(record.amount)")
        }
        if entry.outcome == .failed && !call.charges && cost != 0 {
            object("attempt \(entry.attempt.text) failed before it could be charged, and cost \(cost)")
        }
        // Its caller may have left meanwhile, or have been answered by another.
        let endedWithError = call.failure == .errorInStream && (entry.outcome == .truncated || record.isReadOn)
        if call.hasReportedAll && call.hasEnded && (entry.outcome == .completed || endedWithError || record.isReadOn) {
            figures.counted += 1
            if record.isReadOn { figures.countedLate += 1 }
            figures.drift += abs(cost - call.bill)
            if cost != call.bill || entry.usage != call.usage || entry.estimated {
                object("attempt \(entry.attempt.text) cost \(cost), its provider bills \(call.bill) for \(call.usage)")
            }
        } else if cost < call.floor {
            object(
                "attempt \(entry.attempt.text) is \(entry.outcome) at \(cost), its provider bills \(call.floor) and could be known to"
            )
        }
    }

    private mutating func expired(at now: Timestamp, _ count: Int) {
        let due = open.filter { attempts[$0].map { $0.expiresAt <= now } ?? true }
        figures.expired += due.count
        if count != due.count { object("\(count) holds expired, not \(due.count), at \(now.iso8601)") }
        for attempt in due {
            guard let record = attempts[attempt] else { continue }
            attempts[attempt]?.state = .expired
            open.remove(attempt)
            for account in record.accounts {
                book(account) {
                    $0.held -= record.amount
                    $0.billed -= record.billed
                }
            }
        }
    }

    /// Every line that is new in the ledger belongs to something that has just happened, and nothing is missing.
    private mutating func readEntries(_ ledger: InMemoryLedgerStore.Contents) {
        while entriesRead < ledger.entries.count {
            let entry = ledger.entries[entriesRead]
            entriesRead += 1
            let isLate = entry.attempt.number > AttemptID.lateOffset
            let number = isLate ? entry.attempt.number - AttemptID.lateOffset : entry.attempt.number
            let attempt = AttemptID(request: entry.attempt.request, number: number)
            guard let record = attempts[attempt] else {
                object("an entry is there for attempt \(entry.attempt.text), which nobody made")
                continue
            }
            if entry.outcome == .expired {
                if record.state != .expired || entry.cost != .zero {
                    object("attempt \(attempt.text) has an entry as expired and is \(record.state)")
                }
            } else if record.state != (isLate ? .settledLate : .settled) || entry.cost.nanodollars != record.cost
                || entry.outcome != record.outcome
            {
                object(
                    "attempt \(attempt.text) has an entry as \(entry.outcome) at \(entry.cost) and is \(record.state)")
            }
            attempts[attempt]?.entries += 1
        }
    }

    /// No overshoot, and every balance what its holds and settlements make it.
    private mutating func check(_ accounts: [BudgetAccount], _ ledger: InMemoryLedgerStore.Contents) {
        for account in accounts {
            guard let book = books[account] else { continue }
            let balance = ledger.balances[account] ?? Balance()
            if balance.held.nanodollars != book.held {
                object("\(account.name) holds \(balance.held), its holds are \(book.held)")
            }
            if balance.spent.nanodollars != book.spent {
                object("\(account.name) has spent \(balance.spent), its settlements are \(book.spent)")
            }
            let over = balance.spent.nanodollars + balance.held.nanodollars - book.excused - book.limit
            if over > 0 {
                overshoot(
                    over, "\(account.name): \(balance.spent) spent and \(balance.held) held of \(book.limit)")
            }
        }
    }

    /// Nothing stays held; every attempt that was sent has its entry; nothing was left to expire without a reason.
    mutating func checkEnd(_ ledger: InMemoryLedgerStore.Contents) {
        figures.holdsLeft = ledger.holds.count
        if !ledger.holds.isEmpty { object("\(ledger.holds.count) holds are left at the end") }
        for account in ledger.balances.keys where books[account] == nil {
            object("\(account.name) has a balance and nothing to do with anything")
        }
        check(Array(books.keys), ledger)
        for (account, book) in books where book.held != 0 { object("\(account.name) still holds \(book.held)") }
        for (attempt, record) in attempts {
            let expected = [.settled: 1, .expired: 1, .settledLate: 2][record.state] ?? 0
            if record.entries != expected { object("attempt \(attempt.text) has \(record.entries) entries") }
            if record.state == .expired && !record.isExcused { object("attempt \(attempt.text) was left to expire") }
            count(record)
        }
    }

    private mutating func count(_ record: AttemptRecord) {
        guard let call = record.call else { return }
        if record.state == .expired {
            figures.lost += 1
            figures.lostBill += call.bill
        } else if record.isBooked && !(call.hasReportedAll && record.outcome == .completed) {
            figures.estimated += 1
            figures.estimatedCost += record.cost
            figures.estimatedBill += call.bill
        }
    }
}
