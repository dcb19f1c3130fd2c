import Testing

@testable import TuppenceCore

@Suite("The hold of an attempt beside another")
struct HedgeHoldTests {
    @Test("where no budget has room for both the first goes on alone, and the second may still follow it")
    func noRoom() {
        var run = Run.hedged()
        run.send()
        run.late(by: 0)
        run.onHedge(.denied(denial(spent: 900)))
        #expect(run.words.last == "beside: cancel")
        #expect(run.exchange.attempts == 1)
        #expect(run.exchange.deadline == at(1_005))
        run.on(.failed(UpstreamFailure(.reset, detail: "")))
        run.on(.held(remaining: nil))
        #expect(run.words.suffix(4) == ["tell failed", "hold beta", "send beta", "wake"])
        #expect(run.holds.map(\.attempt.number) == [1, 2, 2])
    }

    @Test("one that gets no hold has its place behind those it was chosen before again", arguments: [true, false])
    func keepsItsPlace(isDenied: Bool) {
        let health = HealthBoard()
        var run = Run.hedged(health: health)
        run.send()
        for _ in 0..<2 { health.failed(beta, UpstreamFailure(.reset, detail: ""), at: run.now) }
        run.late(by: 0)
        #expect(run.words.last == "beside: hold gamma")
        run.onHedge(isDenied ? .denied(denial(spent: 900)) : .ledgerFailed)
        health.answered(beta)
        run.on(.failed(UpstreamFailure(.reset, detail: "")))
        #expect(run.words.last == "hold beta")
        run.on(.held(remaining: nil))
        run.on(.failed(UpstreamFailure(.reset, detail: "")))
        #expect(run.words.last == "hold gamma")
    }

    @Test("a ledger that fails the second does nothing to the first, and a hold that comes late is given back")
    func ledgerFails() {
        var run = Run.hedged()
        run.send()
        run.late(by: 0)
        run.onHedge(.ledgerFailed)
        #expect(run.words.last == "beside: cancel")
        run.onHedge(.held(remaining: nil))
        #expect(run.words.last == "tell aborted")
        #expect(run.entries.map(\.cost) == [.zero])
        run.on(.usage(Usage(input: 1), reportedCost: nil))
        run.on(.ended)
        run.on(.settled(remaining: nil))
        run.expectNothingLeaks(granted: 2)
    }

    @Test(
        "a hold that is granted when the first has answered is given back, be it after the end",
        arguments: [true, false])
    func grantedTooLate(isOver: Bool) {
        var run = Run.hedged()
        run.send()
        run.late(by: 0)
        run.on(.content(bytes: 4, pieces: 1))
        #expect(run.words.suffix(2) == ["begin", "beside: cancel"])
        if !isOver { run.onHedge(.held(remaining: nil)) }
        run.on(.ended)
        run.on(.settled(remaining: nil))
        if isOver { run.onHedge(.held(remaining: nil)) }
        #expect(run.entries.map(\.outcome).sorted { $0.rawValue < $1.rawValue } == [.aborted, .completed])
        #expect(run.entries.map(\.target).contains(beta))
        #expect(run.log.compactMap(\.settlement).count == 2)
    }

    @Test("a hold that may have ended meanwhile is not sent on")
    func holdEnded() {
        var run = Run.hedged()
        run.send()
        run.late(by: 0)
        run.now = run.holds[1].expiresAt
        run.onHedge(.held(remaining: nil))
        #expect(run.words.last == "tell aborted")
        #expect(run.entries.map(\.cost) == [.zero])
    }

    @Test("a limit that a budget has lowered is the second one's as well")
    func clamped() {
        let budget = BudgetRule(
            name: "all", scope: [:], limit: nano(1_000), period: .total, actions: [.clamp])
        var run = Run.hedged(budgets: [budget])
        run.on(.begin)
        run.on(
            .denied(
                BudgetDenial(
                    claim: budget.claim(by: BudgetSubject(key: "k", target: alpha), at: at(0))!,
                    balance: Balance(spent: nano(850), held: .zero), needed: nano(200))))
        run.on(.held(remaining: nil))
        let limit = run.log.compactMap(\.attempt).last?.outputLimit
        #expect(limit.map { $0 < 50 } == true)
        run.late(by: 0)
        #expect(run.log.compactMap(\.asked).last?.outputLimit == limit)
    }
}
