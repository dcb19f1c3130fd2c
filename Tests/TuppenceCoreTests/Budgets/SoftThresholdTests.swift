import Testing

@testable import TuppenceCore

@Suite("Thresholds below a budget's limit")
struct SoftThresholdTests {
    private var ledger = TinyLedger()
    private static let rule = BudgetRule(
        name: "daily", scope: [.key: .exactly("k")], limit: nano(100), period: .day,
        thresholds: [
            SoftThreshold(at: nano(80), notify: ["https://b.example", "https://a.example"]),
            SoftThreshold(at: nano(50), notify: ["https://a.example"]), SoftThreshold(at: nano(100)),
        ])
    private static let claim = rule.claim(by: BudgetSubject(key: "k", target: alpha), at: at(86_400))!

    private func hold(_ amount: Int64, _ number: Int) -> Hold {
        Hold(
            attempt: AttemptID(request: someRequest, number: number), amount: nano(amount), claims: [Self.claim],
            expiresAt: at(60), target: alpha, attribution: someone)
    }

    private func settlement(_ hold: Hold, cost: Int64) -> LedgerOperation {
        .settle(
            Settlement(
                hold: hold,
                entry: LedgerEntry(
                    attempt: hold.attempt, at: at(1), attribution: someone, target: alpha, outcome: .completed,
                    status: 200, usage: Usage(), cost: nano(cost),
                    estimated: false, reportedCost: nil, rateCardVersion: "v1", duration: .seconds(1),
                    firstContent: nil)))
    }

    private func warnings(_ outcome: LedgerOutcome) -> [BudgetWarning] {
        switch outcome {
        case .held(_, let warnings), .settled(_, _, let warnings): warnings
        default: []
        }
    }

    @Test("they stand in order, from the lowest on") func order() {
        #expect(Self.rule.thresholds.map(\.at) == [50, 80, 100].map(nano))
    }

    @Test(
        "a settlement tells of the thresholds that it passes, on both sides of each",
        arguments: [
            (0, 49, nil, 0), (0, 50, 0..<1, 50), (49, 1, 0..<1, 50), (50, 1, 1..<1, 51), (0, 79, 0..<1, 79),
            (0, 80, 0..<2, 80), (50, 30, 1..<2, 80), (79, 20, 1..<2, 99), (79, 21, 1..<3, 100), (100, 50, 3..<3, 150),
            (0, 150, 0..<3, 150), (50, 0, 1..<1, 50),
        ] as [(Int64, Int64, Range<Int>?, Int64)])
    mutating func crossing(before: Int64, cost: Int64, crossed: Range<Int>?, percent: Int64) throws {
        ledger.balances[Self.claim.account] = Balance(spent: nano(before))
        let warnings = warnings(try ledger.perform(settlement(hold(cost, 1), cost: cost)))
        #expect(warnings.first?.crossed == crossed)
        #expect(warnings.first?.percent ?? percent == percent)
        #expect(warnings.count == (crossed == nil ? 0 : 1))
    }

    @Test("each threshold is told of once, however settlements interleave", arguments: UInt64(1)...30)
    mutating func once(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var open: [Hold] = []
        var told: [Int] = []
        for number in 1...400 {
            if Bool.random(using: &random) {
                let wanted = hold(Int64.random(in: 1...9, using: &random), number)
                if case .held = try ledger.perform(.hold(wanted)) { open.append(wanted) }
            } else if let place = open.indices.randomElement(using: &random) {
                let done = open.remove(at: place)
                let operation = settlement(done, cost: Int64.random(in: 0...done.amount.nanodollars, using: &random))
                told += warnings(try ledger.perform(operation)).flatMap(\.crossed)
                // Asked for again, as after an answer that was lost, it tells of nothing.
                told += warnings(try ledger.perform(operation)).flatMap(\.crossed)
            }
        }
        let spent = ledger.balances[Self.claim.account]?.spent ?? .zero
        #expect(told == Self.rule.thresholds.indices.filter { Self.rule.thresholds[$0].at <= spent })
        #expect(told.count >= 2)
    }

    @Test("what is held passes no threshold; a hold is told which are passed") mutating func holds() throws {
        #expect(try ledger.perform(.hold(hold(90, 1))) == .held(remaining: nano(10)))
        _ = try ledger.perform(settlement(hold(90, 1), cost: 60))
        let warnings = warnings(try ledger.perform(.hold(hold(40, 2))))
        #expect(warnings.map(\.text) == ["daily at 60%"])
        #expect(warnings.allSatisfy { $0.crossed.isEmpty })
        // Asked for twice it is the same answer.
        #expect(try ledger.perform(.hold(hold(40, 2))) == .held(remaining: .zero, warnings: warnings))
    }

    @Test("a settlement after its hold's end passes thresholds as well") mutating func late() throws {
        _ = try ledger.perform(.hold(hold(90, 1)))
        _ = try ledger.perform(.expire(now: at(60)))
        #expect(warnings(try ledger.perform(settlement(hold(90, 1), cost: 85))).map(\.crossed) == [0..<2])
    }

    @Test(
        "percent are whole and not rounded up, for amounts of any size",
        arguments: [(0, 0), (1, 1), (99, 99), (100, 100), (250, 250)] as [(Int64, Int64)])
    func percent(spent: Int64, percent: Int64) {
        let rule = BudgetRule(
            name: "b", scope: [:], limit: nano(100), period: .total, thresholds: [SoftThreshold(at: nano(1))])
        let claim = rule.claim(by: BudgetSubject(key: "k", target: alpha), at: at(0))!
        #expect(BudgetWarning(claim, before: .zero, after: nano(spent))?.percent ?? 0 == percent)
        let vast = BudgetRule(
            name: "b", scope: [:], limit: nano(.max / 2), period: .total, thresholds: [SoftThreshold(at: nano(1))])
        let vastClaim = vast.claim(by: BudgetSubject(key: "k", target: alpha), at: at(0))!
        #expect(BudgetWarning(vastClaim, before: .zero, after: nano(.max))?.percent == 200)
        let least = BudgetRule(
            name: "b", scope: [:], limit: nano(1), period: .total, thresholds: [SoftThreshold(at: nano(1))])
        let leastClaim = least.claim(by: BudgetSubject(key: "k", target: alpha), at: at(0))!
        #expect(BudgetWarning(leastClaim, before: .zero, after: nano(.max))?.percent == .max)
    }

    @Test("a notice says which budget has passed what, and goes where the threshold says") func notices() throws {
        let warning = try #require(BudgetWarning(Self.claim, before: nano(10), after: nano(81)))
        let notice = Notice.passed(Self.rule.thresholds[1], warning, at: at(5))
        #expect(notice.kind == .budgetThreshold)
        #expect(notice.destinations == ["https://b.example", "https://a.example"])
        #expect(
            notice.message
                == "Budget 'daily' (key=k) has passed $0.00000008: $0.000000081 of $0.0000001 are spent. The window ends at 1970-01-03T00:00:00Z."
        )
        #expect(
            notice.details.map(\.name) == ["budget", "account", "scope", "limit", "spent", "resets_at", "threshold"])
    }

    @Test("that a window has refused goes to all of the budget's addresses, each once") func exhausted() {
        let denial = BudgetDenial(claim: Self.claim, balance: Balance(spent: nano(95)), needed: nano(7))
        let notice = Notice.exhausted(denial, at: at(5))
        #expect(notice.kind == .budgetExhausted)
        #expect(notice.destinations == ["https://a.example", "https://b.example"])
        #expect(notice.message.contains("may cost $0.000000007: $0.000000095 of $0.0000001 are spent"))
        #expect(notice.message.hasSuffix("wait until 1970-01-03T00:00:00Z, or raise the limit."))
    }

    @Test("that a window has refused what no window has room for tells nobody to wait") func tooLarge() {
        let denial = BudgetDenial(claim: Self.claim, balance: Balance(spent: nano(0)), needed: nano(101))
        let message = Notice.exhausted(denial, at: at(5)).message
        #expect(!message.contains("wait"))
        #expect(message.hasSuffix("have such requests ask for less (a smaller max_tokens), or raise the limit."))
    }

    @Test(
        "an answer is the last where less is left than the same request may cost",
        arguments: [(199, true), (200, false), (0, true)] as [(Int64, Bool)])
    func final(left: Int64, isFinal: Bool) {
        var run = Run(budgets: [everybody])
        run.send()
        #expect(!run.exchange.isFinal)
        run.on(.usage(Usage(input: 90, output: 20), reportedCost: nil))
        run.on(.ended)
        run.on(.settled(remaining: nano(left)))
        #expect(run.exchange.isFinal == isFinal)
    }

    @Test("an exchange has the warnings of its last word from the ledger") func exchange() throws {
        let warning = try #require(BudgetWarning(Self.claim, before: nano(81), after: nano(81)))
        let later = try #require(BudgetWarning(Self.claim, before: nano(81), after: nano(90)))
        var run = Run(budgets: [Self.rule])
        run.on(.begin)
        run.on(.held(remaining: nano(5), warnings: [warning]))
        #expect(run.exchange.warnings == [warning])
        run.on(.ended)
        run.on(.settled(remaining: nano(5), warnings: [later]))
        #expect(run.exchange.warnings.map(\.text) == ["daily at 90%"])
    }
}
