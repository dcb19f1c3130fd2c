import Testing

@testable import TuppenceCore

/// What is admitted while the store cannot be written: what every budget allows, within what the store said last.
@Suite("The ledger in an outage")
struct OutageLedgerTests {
    private var outage = OutageLedger()
    private var store = TinyStore()

    /// A budget of 1,000.
    private static func budget(_ name: String = "b", allowing allowance: Int64?) -> BudgetRule {
        BudgetRule(name: name, scope: [:], limit: nano(1_000), period: .minute, allowance: allowance.map(nano))
    }

    private func claim(_ rule: BudgetRule, at time: Timestamp = at(0)) -> BudgetClaim {
        rule.claim(by: BudgetSubject(key: "k", target: alpha), at: time)!
    }

    private func hold(
        _ amount: Int64, _ number: Int = 1, claims: [BudgetClaim], endpoint: String = "chat/completions"
    ) -> Hold {
        Hold(
            attempt: AttemptID(request: someRequest, number: number), amount: nano(amount), claims: claims,
            expiresAt: at(60), target: alpha, attribution: Attribution(key: "app", endpoint: endpoint))
    }

    private func settlement(_ hold: Hold, cost: Int64) -> LedgerOperation {
        .settle(
            Settlement(
                hold: hold,
                entry: LedgerEntry(
                    attempt: hold.attempt, at: at(1), attribution: hold.attribution, target: alpha,
                    outcome: .completed, status: 200, usage: Usage(input: 1), cost: nano(cost), estimated: false,
                    reportedCost: nil, rateCardVersion: "v1", duration: .seconds(1), firstContent: nil)))
    }

    private mutating func perform(_ operation: LedgerOperation) throws(StoreError) -> LedgerOutcome {
        try outage.perform(operation, over: store)
    }

    @Test(
        "a hold is admitted up to what a budget allows, and not a nanodollar beyond",
        arguments: [
            (100, 0, 100, true), (100, 0, 101, false), (100, 40, 60, true), (100, 40, 61, false), (100, 100, 1, false),
            (100, 100, 0, true), (nil, 0, 1, false), (nil, 0, 0, false),
        ] as [(Int64?, Int64, Int64, Bool)])
    mutating func allowance(allowed: Int64?, already: Int64, amount: Int64, isAdmitted: Bool) throws {
        let claims = [claim(Self.budget(allowing: allowed))]
        if already > 0 { _ = try perform(.hold(hold(already, 1, claims: claims))) }
        if isAdmitted {
            #expect(
                try perform(.hold(hold(amount, 2, claims: claims)))
                    == .held(remaining: nano(allowed! - already - amount)))
        } else {
            #expect(throws: StoreError.self) { try perform(.hold(hold(amount, 2, claims: claims))) }
        }
        #expect(outage.admitted == (already > 0 ? 1 : 0) + (isAdmitted ? 1 : 0))
    }

    @Test("every budget that applies has to allow it, and one has to apply")
    mutating func everyBudget() throws {
        let allows = claim(Self.budget("a", allowing: 100))
        let refuses = claim(Self.budget("r", allowing: nil))
        let little = claim(Self.budget("l", allowing: 10))
        for claims in [[], [refuses], [allows, refuses], [refuses, allows], [allows, little]] {
            #expect(throws: StoreError.self) { try perform(.hold(hold(20, claims: claims))) }
        }
        #expect(try perform(.hold(hold(10, claims: [allows, little]))) == .held(remaining: nano(0)))
    }

    @Test("a wallet allows nothing, and neither does the hold of a program that has to find it again")
    mutating func neverAllowed() throws {
        let allows = claim(Self.budget(allowing: 100))
        #expect(throws: StoreError.self) { try perform(.hold(hold(1, claims: [allows, .wallet("acme")]))) }
        #expect(throws: StoreError.self) {
            try perform(.hold(hold(1, claims: [allows], endpoint: MeteredHold.endpoint)))
        }
        #expect(outage.admitted == 0)
    }

    @Test(
        "what the store said last and what has been admitted since stay within the limit together",
        arguments: [(900, 0, 100, true), (900, 0, 101, false), (500, 400, 100, true), (500, 401, 100, false)]
            as [(Int64, Int64, Int64, Bool)])
    mutating func limit(spent: Int64, held: Int64, amount: Int64, isAdmitted: Bool) throws {
        let claim = claim(Self.budget(allowing: 1_000))
        store.balances[claim.account] = Balance(spent: nano(spent), held: nano(held))
        let outcome = try perform(.hold(hold(amount, claims: [claim])))
        if isAdmitted {
            #expect(outcome == .held(remaining: nano(1_000 - spent - held - amount)))
        } else if case .denied(let denial) = outcome {
            #expect(denial.balance == Balance(spent: nano(spent), held: nano(held)))
        } else {
            Issue.record("\(outcome)")
        }
    }

    @Test("of several budgets without room the one that binds is named, as by any store")
    mutating func binding() throws {
        let claims = ["wide", "tight"].map { claim(Self.budget($0, allowing: 1_000)) }
        store.balances[claims[0].account] = Balance(spent: nano(700))
        store.balances[claims[1].account] = Balance(spent: nano(998))
        guard case .denied(let denial) = try perform(.hold(hold(400, claims: claims))) else {
            Issue.record("held"); return
        }
        #expect(denial.claim.account.name == "tight" && denial.remaining == nano(2))
        #expect(denial.lacking == claims)
    }

    @Test("a settlement gives back what was not spent of the allowance, and what was spent is gone")
    mutating func settling() throws {
        let claim = claim(Self.budget(allowing: 100))
        let first = hold(80, 1, claims: [claim])
        _ = try perform(.hold(first))
        #expect(try perform(settlement(first, cost: 30)) == .settled(remaining: nano(70), late: false))
        #expect(try perform(settlement(first, cost: 30)) == .alreadySettled)
        #expect(throws: StoreError.self) { try perform(.hold(hold(71, 2, claims: [claim]))) }
        #expect(try perform(.hold(hold(70, 2, claims: [claim]))) == .held(remaining: nano(0)))
    }

    @Test("a window that begins during the outage does not begin the allowance anew")
    mutating func windows() throws {
        let rule = Self.budget(allowing: 100)
        _ = try perform(.hold(hold(80, 1, claims: [claim(rule, at: at(59))])))
        let next = claim(rule, at: at(60))
        #expect(throws: StoreError.self) { try perform(.hold(hold(21, 2, claims: [next]))) }
        #expect(try perform(.hold(hold(20, 2, claims: [next]))) == .held(remaining: nano(0)))
    }

    @Test("the settlement of a hold that the store has frees its room once, and none of the allowance")
    mutating func storesHold() throws {
        let claim = claim(Self.budget(allowing: 1_000))
        let known = hold(900, 1, claims: [claim])
        store.holds = [known.attempt]
        store.balances[claim.account] = Balance(held: nano(900))
        guard case .denied = try perform(.hold(hold(101, 2, claims: [claim]))) else { Issue.record("held"); return }
        #expect(try perform(settlement(known, cost: 850)) == .settled(remaining: nano(150), late: false))
        #expect(try perform(settlement(known, cost: 850)) == .alreadySettled)
        #expect(try perform(.hold(hold(101, 2, claims: [claim]))) == .held(remaining: nano(49)))
    }

    @Test("where the store does not even know its balances nothing is admitted, and what is settled gets in")
    mutating func knowsNothing() throws {
        let claim = claim(Self.budget(allowing: 100))
        let known = hold(10, 1, claims: [claim])
        _ = try perform(.hold(known))
        store.isSilent = true
        #expect(throws: StoreError.self) { try perform(.hold(hold(1, 2, claims: [claim]))) }
        #expect(try perform(settlement(known, cost: 5)) == .settled(remaining: nil, late: false))
        #expect(try perform(settlement(known, cost: 5)) == .alreadySettled)
        store.isSilent = false
        // Its hold stands for it until the store is back.
        #expect(try perform(.hold(hold(90, 3, claims: [claim]))) == .held(remaining: nano(0)))
    }

    @Test("a hold asked for twice is admitted once, and nothing expires")
    mutating func repeats() throws {
        let claim = claim(Self.budget(allowing: 100))
        let hold = hold(60, 1, claims: [claim])
        _ = try perform(.hold(hold))
        guard case .held = try perform(.hold(hold)) else { Issue.record("not held"); return }
        #expect(outage.admitted == 1)
        #expect(try perform(.expire(now: at(1_000))) == .expired(count: 0))
        #expect(throws: StoreError.self) { try perform(.hold(self.hold(41, 2, claims: [claim]))) }
    }

    @Test("what was not written down is taken back, to the last nanodollar")
    mutating func rollingBack() throws {
        let claims = [claim(Self.budget("a", allowing: 100)), claim(Self.budget("b", allowing: 90))]
        let first = hold(50, 1, claims: claims)
        store.holds = [hold(5, 9, claims: claims).attempt]
        for claim in claims { store.balances[claim.account] = Balance(held: nano(5)) }
        _ = try perform(.hold(first))
        outage.commit()
        _ = try perform(settlement(first, cost: 20))
        _ = try perform(.hold(hold(30, 2, claims: claims)))
        _ = try perform(settlement(hold(5, 9, claims: claims), cost: 5))
        outage.rollBack()
        #expect(outage.admitted == 1)
        #expect(throws: StoreError.self) { try perform(.hold(hold(41, 2, claims: claims))) }
        #expect(try perform(.hold(hold(40, 2, claims: claims))) == .held(remaining: nano(0)))
        #expect(try perform(settlement(first, cost: 20)) == .settled(remaining: nano(30), late: false))
        #expect(
            try perform(settlement(hold(5, 9, claims: claims), cost: 5)) == .settled(remaining: nano(30), late: false))
    }

    @Test("what an earlier process has written down counts as if this one had admitted it")
    mutating func replayed() throws {
        let claim = claim(Self.budget(allowing: 100))
        let first = hold(80, 1, claims: [claim])
        for operation in [.hold(first), settlement(first, cost: 30), .hold(hold(10, 2, claims: [claim]))] {
            _ = try perform(.replayed(operation))
        }
        #expect(outage.admitted == 2)
        #expect(throws: StoreError.self) { try perform(.hold(hold(61, 3, claims: [claim]))) }
        #expect(try perform(.hold(hold(60, 3, claims: [claim]))) == .held(remaining: nano(0)))
    }

    @Test("what the store has taken in of it already counts there, and not a second time")
    mutating func replayedByHalf() throws {
        let claim = claim(Self.budget(allowing: 100))
        let ended = hold(80, 1, claims: [claim])
        let open = hold(60, 2, claims: [claim])
        let expired = hold(50, 3, claims: [claim])
        store.outcomes = [ended.attempt: .completed, expired.attempt: .expired]
        store.holds = [open.attempt]
        store.balances[claim.account] = Balance(spent: nano(30), held: nano(60))
        for operation in [.hold(ended), settlement(ended, cost: 30), .hold(open), .hold(expired)] {
            _ = try perform(.replayed(operation))
        }
        #expect(outage.admitted == 0)
        #expect(try perform(settlement(ended, cost: 30)) == .alreadySettled)
        #expect(try perform(settlement(expired, cost: 5)) == .settled(remaining: nano(100), late: true))
        #expect(try perform(settlement(open, cost: 60)) == .settled(remaining: nano(100), late: false))
        // 30, 60 and 5 are spent of 1,000.
        guard
            case .denied(let denial) = try perform(
                .hold(hold(906, 4, claims: [self.claim(Self.budget(allowing: 1_000))])))
        else { Issue.record("held"); return }
        #expect(denial.balance == Balance(spent: nano(95)))
    }
}

/// What a store knows that cannot be written.
private struct TinyStore: LastKnownLedger {
    var balances: [BudgetAccount: Balance] = [:]
    var holds: Set<AttemptID> = []
    var outcomes: [AttemptID: AttemptOutcome] = [:]
    var isSilent = false

    func lastKnownBalance(of account: BudgetAccount) throws(StoreError) -> Balance {
        if isSilent { throw StoreError("not a word") }
        return balances[account] ?? Balance()
    }

    func lastKnowsHold(of attempt: AttemptID) throws(StoreError) -> Bool {
        if isSilent { throw StoreError("not a word") }
        return holds.contains(attempt)
    }

    func lastKnownOutcome(of attempt: AttemptID) throws(StoreError) -> AttemptOutcome? {
        if isSilent { throw StoreError("not a word") }
        return outcomes[attempt]
    }
}

@Suite("What is replayed")
struct ReplayTests {
    private var ledger = TinyLedger()
    private let rule = BudgetRule(name: "b", scope: [:], limit: nano(100), period: .total)

    private func hold(_ amount: Int64, _ number: Int = 1) -> Hold {
        Hold(
            attempt: AttemptID(request: someRequest, number: number), amount: nano(amount),
            claims: [rule.claim(by: BudgetSubject(key: "k", target: alpha), at: at(0))!], expiresAt: at(60),
            target: alpha, attribution: someone)
    }

    private func entry(_ number: Int, _ outcome: AttemptOutcome, cost: Int64) -> LedgerEntry {
        LedgerEntry(
            attempt: AttemptID(request: someRequest, number: number), at: at(1), attribution: someone, target: alpha,
            outcome: outcome, status: 200, usage: Usage(), cost: nano(cost), estimated: false, reportedCost: nil,
            rateCardVersion: "v1", duration: .seconds(1), firstContent: nil)
    }

    @Test("a hold that was granted elsewhere is in force whatever the balance says, once")
    mutating func beyondTheLimit() throws {
        let hold = hold(150)
        for _ in 0..<3 { _ = try ledger.perform(.replayed(.hold(hold))) }
        #expect(ledger.balances.values.map(\.held) == [nano(150)])
    }

    @Test("a hold that has ended meanwhile is not in force again, however it ended")
    mutating func ended() throws {
        let settled = hold(10, 1)
        let expired = hold(10, 2)
        _ = try ledger.perform(.replayed(.hold(settled)))
        _ = try ledger.perform(.replayed(.hold(expired)))
        _ = try ledger.perform(.settle(Settlement(hold: settled, entry: entry(1, .completed, cost: 7))))
        _ = try ledger.perform(.expire(now: at(60)))
        let before = ledger
        _ = try ledger.perform(.replayed(.hold(settled)))
        _ = try ledger.perform(.replayed(.hold(expired)))
        #expect(ledger.holds.isEmpty && ledger.balances == before.balances && ledger.entries == before.entries)
    }

    @Test("the whole of it again changes nothing, wherever the first time ended", arguments: 0...6)
    mutating func again(cut: Int) throws {
        let holds = [hold(10, 1), hold(20, 2), hold(30, 3)]
        let operations: [LedgerOperation] = [
            .hold(holds[0]), .hold(holds[1]),
            .settle(Settlement(hold: holds[0], entry: entry(1, .completed, cost: 7))),
            .note(entry(8, .cached, cost: 0)), .hold(holds[2]),
            .settle(Settlement(hold: holds[2], entry: entry(3, .aborted, cost: 30))),
        ]
        for operation in operations[..<cut] + operations { _ = try ledger.perform(.replayed(operation)) }
        #expect(Array(ledger.holds.keys) == [holds[1].attempt])
        #expect(ledger.balances.values.map(\.self) == [Balance(spent: nano(37), held: nano(20))])
        #expect(ledger.entries.count == 3)
    }
}
