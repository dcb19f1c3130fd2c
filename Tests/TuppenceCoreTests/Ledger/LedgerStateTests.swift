import Testing

@testable import TuppenceCore

@Suite("Ledger rules")
struct LedgerStateTests {
    private var ledger = TinyLedger()
    private static let small = BudgetRule(name: "small", scope: [:], limit: nano(100), period: .total)
    private static let large = BudgetRule(name: "large", scope: [:], limit: nano(1_000), period: .total)

    private func claim(_ rule: BudgetRule) -> BudgetClaim {
        rule.claim(by: BudgetSubject(key: "k", target: alpha), at: at(0))!
    }
    private func hold(_ amount: Int64, _ rules: [BudgetRule] = [small, large], number: Int = 1, until: Int64 = 60)
        -> Hold
    {
        Hold(
            attempt: AttemptID(request: someRequest, number: number), amount: nano(amount),
            claims: rules.map { claim($0) },
            expiresAt: at(until), target: alpha, attribution: someone)
    }
    private func settlement(_ hold: Hold, cost: Int64, _ outcome: AttemptOutcome = .completed) -> LedgerOperation {
        .settle(
            Settlement(
                hold: hold,
                entry: LedgerEntry(
                    attempt: hold.attempt, at: at(1), attribution: someone, target: alpha, outcome: outcome,
                    status: 200, usage: Usage(input: 1),
                    cost: nano(cost),
                    estimated: false, reportedCost: nil, rateCardVersion: "v1", duration: .seconds(1), firstContent: nil
                )))
    }
    private func balance(_ rule: BudgetRule) -> Balance { ledger.balances[claim(rule).account] ?? Balance() }

    @Test(
        "a hold is granted up to the limit and not a nanodollar beyond",
        arguments: [(0, 100, 0), (1, 99, 1), (40, 60, 40), (40, 61, nil), (100, 1, nil), (0, 101, nil), (100, 0, 100)]
            as [(Int64, Int64, Int64?)])
    mutating func limit(already: Int64, amount: Int64, held: Int64?) throws {
        _ = try ledger.perform(.hold(hold(already, number: 1)))
        let outcome = try ledger.perform(.hold(hold(amount, number: 2)))
        if let held {
            #expect(outcome == .held(remaining: nano(100 - held - amount)))
            #expect(balance(Self.small).held == nano(held + amount))
            #expect(balance(Self.large).held == nano(held + amount))
        } else {
            guard case .denied(let denial) = outcome else { Issue.record("\(outcome)"); return }
            #expect(denial.claim.rule == Self.small)
            #expect(denial.needed == nano(amount))
            #expect(denial.remaining == nano(100 - already))
            #expect(denial.isOnlyHeld == (amount <= 100))
        }
    }

    @Test("a hold is placed in every budget or in none", arguments: [[small, large], [large, small]])
    mutating func allOrNone(rules: [BudgetRule]) throws {
        guard case .denied = try ledger.perform(.hold(hold(101, rules))) else { Issue.record("granted"); return }
        #expect(balance(Self.small) == Balance())
        #expect(balance(Self.large) == Balance())
        #expect(ledger.holds.isEmpty)
        // The same attempt may be asked for again with less.
        #expect(try ledger.perform(.hold(hold(100, rules))) == .held(remaining: .zero))
    }

    @Test("a hold that no budget concerns is granted, with nothing to remain of") mutating func unbudgeted() throws {
        #expect(try ledger.perform(.hold(hold(5, []))) == .held(remaining: nil))
        #expect(ledger.holds.count == 1)
        #expect(try ledger.perform(settlement(hold(5, []), cost: 3)) == .settled(remaining: nil, late: false))
    }

    @Test(
        "a hold asked for twice is held once, even where two of it would not fit", arguments: [30, 51, 100] as [Int64])
    mutating func idempotentHold(amount: Int64) throws {
        let first = try ledger.perform(.hold(hold(amount)))
        let second = try ledger.perform(.hold(hold(amount)))
        #expect(first == .held(remaining: nano(100 - amount)))
        #expect(second == first)
        #expect(balance(Self.small).held == nano(amount))
        #expect(ledger.holds.count == 1)
    }

    @Test("what cannot be waited out is reported before what can", arguments: [[small, large], [large, small]])
    mutating func denialOrder(rules: [BudgetRule]) throws {
        ledger.balances[claim(Self.small).account] = Balance(spent: .zero, held: nano(100))
        ledger.balances[claim(Self.large).account] = Balance(spent: nano(1_000), held: .zero)
        guard case .denied(let denial) = try ledger.perform(.hold(hold(1, rules))) else {
            Issue.record("granted"); return
        }
        #expect(denial.claim.rule == Self.large)
        #expect(!denial.isOnlyHeld)
    }

    @Test("of several denials of one kind the one with the least left is reported", arguments: [false, true])
    mutating func bindingDenial(isReversed: Bool) throws {
        let rules = isReversed ? [Self.small, Self.large] : [Self.large, Self.small]
        for (spent, named) in [(0, Self.small), (950, Self.large)] as [(Int64, BudgetRule)] {
            ledger.balances[claim(Self.large).account] = Balance(spent: nano(spent))
            guard case .denied(let denial) = try ledger.perform(.hold(hold(1_001, rules))) else {
                Issue.record("granted"); return
            }
            #expect(denial.claim.rule == named)
            #expect(denial.remaining == denial.left.cost)
            #expect(denial.lacking.map(\.rule) == rules)
        }
    }

    @Test(
        "of several that have nothing left the one is reported that is reset last, if ever", arguments: [false, true])
    mutating func latestReset(isReversed: Bool) throws {
        func empty(_ period: BudgetPeriod) -> BudgetRule {
            BudgetRule(name: period.rawValue, scope: [:], limit: .zero, period: period)
        }
        for periods in [[BudgetPeriod.hour, .day], [.day, .total, .hour]] {
            let rules = periods.map(empty)
            guard case .denied(let denial) = try ledger.perform(.hold(hold(1, isReversed ? rules.reversed() : rules)))
            else { Issue.record("granted"); return }
            #expect(denial.claim.rule == rules[1])
        }
    }

    @Test(
        "between a budget of costs and a wallet of prices the one is reported that has the smaller share of what it needs",
        arguments: [
            (50, 149, "wallet:acme"), (50, 151, "small"), (49, 150, "small"), (51, 150, "wallet:acme"),
            (99, 0, "wallet:acme"), (0, 299, "small"),
        ] as [(Int64, Int64, String)])
    mutating func walletOrBudget(left: Int64, paid: Int64, named: String) throws {
        ledger.balances[claim(Self.small).account] = Balance(spent: nano(100 - left))
        ledger.balances[.wallet("acme")] = Balance(spent: nano(-paid))
        let claims: [BudgetClaim] = [claim(Self.small), .wallet("acme")]
        for ordered in [claims, claims.reversed()] {
            let asked = Hold(
                attempt: AttemptID(request: someRequest, number: 1), amount: nano(100), price: nano(300),
                claims: ordered, expiresAt: at(60), target: alpha, attribution: someone)
            guard case .denied(let denial) = try ledger.perform(.hold(asked)) else { Issue.record("granted"); return }
            #expect(denial.claim.account.name == named)
            #expect(denial.left.cost == nano(left) && denial.left.price == nano(paid))
        }
    }

    @Test(
        "a settlement releases the hold and books the cost, more than was held included",
        arguments: [(60, 0, 100), (60, 25, 75), (60, 60, 40), (60, 99, 1), (60, 150, 0)] as [(Int64, Int64, Int64)])
    mutating func settle(amount: Int64, cost: Int64, remaining: Int64) throws {
        _ = try ledger.perform(.hold(hold(amount)))
        #expect(
            try ledger.perform(settlement(hold(amount), cost: cost))
                == .settled(remaining: nano(remaining), late: false))
        #expect(balance(Self.small) == Balance(spent: nano(cost), held: .zero))
        #expect(balance(Self.large) == Balance(spent: nano(cost), held: .zero))
        #expect(ledger.holds.isEmpty)
        #expect(ledger.entries.count == 1)
    }

    @Test("a settlement leaves the holds of others in force") mutating func others() throws {
        _ = try ledger.perform(.hold(hold(30, number: 1)))
        _ = try ledger.perform(.hold(hold(40, number: 2)))
        #expect(
            try ledger.perform(settlement(hold(30, number: 1), cost: 10)) == .settled(remaining: nano(50), late: false))
        #expect(balance(Self.small) == Balance(spent: nano(10), held: nano(40)))
    }

    @Test("settling twice changes nothing", arguments: [10, 20] as [Int64])
    mutating func settleTwice(second: Int64) throws {
        _ = try ledger.perform(.hold(hold(60)))
        _ = try ledger.perform(settlement(hold(60), cost: 10))
        let before = (ledger.balances, ledger.entries)
        #expect(try ledger.perform(settlement(hold(60), cost: second)) == .alreadySettled)
        #expect(ledger.balances == before.0)
        #expect(ledger.entries == before.1)
    }

    @Test(
        "a hold expires when its time has come and not before, and leaves an entry without cost",
        arguments: [(59, 0), (60, 1), (61, 1)] as [(Int64, Int)])
    mutating func expiry(now: Int64, count: Int) throws {
        _ = try ledger.perform(.hold(hold(60, until: 60)))
        _ = try ledger.perform(.hold(hold(5, number: 2, until: 100)))
        #expect(try ledger.perform(.expire(now: at(now))) == .expired(count: count))
        #expect(balance(Self.small) == Balance(spent: .zero, held: nano(count == 1 ? 5 : 65)))
        #expect(ledger.holds.count == 2 - count)
        let entry = ledger.entries[hold(60).attempt]
        #expect(entry?.outcome == (count == 1 ? .expired : nil))
        if let entry {
            #expect(entry.cost == .zero)
            #expect(entry.at == at(now))
            #expect(entry.target == alpha)
            #expect(entry.estimated)
        }
        #expect(try ledger.perform(.expire(now: at(now))) == .expired(count: 0))
    }

    @Test("a late settlement is booked beside the entry of the expiry, once") mutating func late() throws {
        _ = try ledger.perform(.hold(hold(60)))
        _ = try ledger.perform(.expire(now: at(60)))
        #expect(try ledger.perform(settlement(hold(60), cost: 25)) == .settled(remaining: nano(75), late: true))
        #expect(balance(Self.small) == Balance(spent: nano(25), held: .zero))
        #expect(ledger.entries[hold(60).attempt]?.outcome == .expired)
        let late = ledger.entries[AttemptID(request: someRequest, number: 1 + AttemptID.lateOffset)]
        #expect(late?.cost == nano(25))
        #expect(late?.outcome == .completed)
        let before = ledger.balances
        #expect(try ledger.perform(settlement(hold(60), cost: 25)) == .alreadySettled)
        #expect(ledger.balances == before)
        #expect(ledger.entries.count == 2)
    }

    @Test("a settlement whose hold nobody knows is booked all the same") mutating func unknownHold() throws {
        #expect(try ledger.perform(settlement(hold(60), cost: 25)) == .settled(remaining: nano(75), late: true))
        #expect(balance(Self.small) == Balance(spent: nano(25), held: .zero))
    }

    @Test("no order of operations lets spent and held together pass the limit", arguments: UInt64(1)...50)
    mutating func conservation(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var open: [Hold] = []
        var spent = Int64(0)
        for number in 1...200 {
            switch Int.random(in: 0...3, using: &random) {
            case 0, 1:
                let wanted = hold(Int64.random(in: 0...40, using: &random), number: number, until: Int64(number) + 20)
                if case .held = try ledger.perform(.hold(wanted)) { open.append(wanted) }
            case 2:
                guard !open.isEmpty else { continue }
                let done = open.remove(at: Int.random(in: 0..<open.count, using: &random))
                let cost = Int64.random(in: 0...done.amount.nanodollars, using: &random) / 8
                spent += cost
                _ = try ledger.perform(settlement(done, cost: cost))
            default:
                _ = try ledger.perform(.expire(now: at(Int64(number))))
                open.removeAll { $0.expiresAt <= at(Int64(number)) }
            }
            let balance = balance(Self.small)
            #expect(balance.spent == nano(spent))
            #expect(balance.held == open.reduce(.zero) { $0 + $1.amount })
            #expect(balance.spent + balance.held <= nano(100), "seed \(seed)")
        }
    }
}
