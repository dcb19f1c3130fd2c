import Testing

@testable import TuppenceCore

/// Attempts beside others that are silent for too long.
@Suite("Hedging")
struct HedgingTests {
    private static let within = Milliseconds(500)

    private static func run(
        _ candidates: [Candidate] = three, streams: Bool = true, share: Int = Hedging.whole,
        budgets: [BudgetRule] = [], maxCost: Money? = nil, timeout: Milliseconds? = nil, health: HealthBoard? = nil,
        headroom: HeadroomBoard? = nil
    ) -> Run {
        Run(
            candidates, demand: Demand(inputBound: 100, inputEstimate: 40, outputLimit: 50, streams: streams),
            budgets: budgets, maxCost: maxCost, timeout: timeout, attemptTimeout: .seconds(5), health: health,
            headroom: headroom, hedging: Hedging(firstTokenWithin: within, share: share))
    }

    /// The first is silent for as long as it may be, and the second gets its hold.
    private static func racing(
        _ candidates: [Candidate] = three, streams: Bool = true, health: HealthBoard? = nil
    ) -> Run {
        var run = run(candidates, streams: streams, health: health)
        run.send()
        run.late(by: 0)
        run.onHedge(.held(remaining: nil))
        return run
    }

    @Test("what is silent for too long gets another beside it, on a hold of its own, and not a millisecond earlier")
    func begins() {
        var run = Self.run()
        run.send()
        #expect(run.words == ["hold alpha", "send alpha", "wake"])
        #expect(run.exchange.deadline == at(1_000) + Self.within)
        run.late(by: -1)
        #expect(run.words.count == 3)
        run.late(by: 0)
        run.onHedge(.held(remaining: nil))
        #expect(run.words.suffix(2) == ["beside: hold beta", "beside: send beta"])
        #expect(run.holds.map(\.attempt.number) == [1, 2])
        #expect(run.holds[1].amount == plainBound(input: 100, output: 50))
        #expect(run.exchange.attempts == 2)
    }

    @Test("whichever brings content first is the answer; the other is stopped and settled at no less than it may cost")
    func overtaken() {
        var run = Self.racing()
        run.onHedge(.answering(status: 200), after: 20)
        run.onHedge(.activity)
        #expect(run.words.last == "beside: send beta")
        run.onHedge(.content(bytes: 4, pieces: 1), after: 20)
        #expect(run.words.suffix(4) == ["cancel", "tell overtaken", "take over", "begin"])
        #expect(run.entries.map(\.target) == [alpha])
        #expect(run.entries.map(\.usage) == [Usage(input: 40)])
        #expect(run.entries.map(\.estimated) == [true])
        // What it goes on with is the attempt in flight now.
        run.on(.usage(Usage(input: 30, output: 7), reportedCost: nil))
        run.on(.ended)
        run.on(.settled(remaining: nil))
        #expect(run.words.suffix(2) == ["settle completed", "finish"])
        #expect(run.entries.last?.target == beta && run.entries.last?.cost == nano(44))
        #expect(run.entries.last?.firstContent == Milliseconds(40))
        #expect(run.exchange.cost == nano(84))
        run.expectNothingLeaks(granted: 2)
    }

    @Test("the first may be the faster one after all")
    func firstWins() {
        var run = Self.racing()
        run.on(.content(bytes: 4, pieces: 1))
        #expect(run.words.suffix(3) == ["begin", "beside: cancel", "tell overtaken"])
        #expect(run.entries.map(\.target) == [beta])
        #expect(run.onHedge(.content(bytes: 4, pieces: 1)) == [])
        run.on(.usage(Usage(input: 30, output: 7), reportedCost: nil))
        run.on(.ended)
        run.on(.settled(remaining: nil))
        run.expectNothingLeaks(granted: 2)
    }

    @Test("an answer without content wins as well", arguments: [true, false])
    func empty(isHedge: Bool) {
        var run = Self.racing()
        if isHedge { run.onHedge(.ended) } else { run.on(.ended) }
        run.on(.settled(remaining: nil))
        #expect(run.words.last == "finish")
        #expect(run.entries.map(\.outcome).contains(.overtaken))
        run.expectNothingLeaks(granted: 2)
    }

    @Test("nothing is started once there is content, nor where there is no other target")
    func notNeeded() {
        var run = Self.run()
        run.send()
        run.on(.content(bytes: 4, pieces: 1))
        #expect(run.exchange.deadline > at(1_000) + Self.within)
        run.late(by: 0)
        #expect(run.words.last == "begin")
        var alone = Self.run([candidate(alpha)])
        alone.send()
        #expect(alone.words == ["hold alpha", "send alpha"])
        #expect(alone.exchange.deadline == at(1_005))
        var patient = Run(three)
        patient.send()
        #expect(patient.words == ["hold alpha", "send alpha"])
    }

    @Test("where no budget has room for both the first goes on alone, and the second may still follow it")
    func noRoom() {
        var run = Self.run()
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
        var run = Self.run(health: health)
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
        var run = Self.run()
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
        var run = Self.run()
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

    @Test("when the first fails the second goes on alone, and nothing more is asked for")
    func firstFails() {
        var run = Self.racing()
        run.on(.failed(UpstreamFailure(.status, status: 503, detail: "")))
        #expect(run.words.suffix(3) == ["tell failed", "take over", "wake"])
        run.on(.content(bytes: 4, pieces: 1))
        run.on(.ended)
        run.on(.settled(remaining: nil))
        #expect(run.words.suffix(3) == ["begin", "settle completed", "finish"])
        run.expectNothingLeaks(granted: 2)
    }

    @Test("when the first fails before the second has its hold, it is waited for like any other")
    func firstFailsEarly() {
        var run = Self.run()
        run.send()
        run.late(by: 0)
        run.on(.failed(UpstreamFailure(.reset, detail: "")))
        #expect(run.words.suffix(2) == ["tell failed", "take over"])
        run.onHedge(.held(remaining: nil))
        #expect(run.words.suffix(2) == ["send beta", "wake"])
        #expect(run.exchange.attempts == 2)
    }

    @Test("what has taken over may be overtaken in turn, so that there are two at most")
    func inTurn() {
        var run = Self.racing()
        run.on(.failed(UpstreamFailure(.reset, detail: "")))
        run.late(by: 500)
        #expect(run.words.last == "beside: hold gamma")
        run.onHedge(.held(remaining: nil))
        run.onHedge(.content(bytes: 4, pieces: 1))
        #expect(run.entries.map(\.outcome) == [.failed, .overtaken])
        #expect(run.entries.map(\.target) == [alpha, beta])
    }

    @Test("when the second fails, the third goes beside the first at once, if that may be overtaken still")
    func secondFails() {
        var run = Self.racing()
        run.onHedge(.failed(UpstreamFailure(.status, status: 400, detail: "")))
        #expect(run.words.suffix(3) == ["beside: cancel", "tell failed", "beside: hold gamma"])
        run.onHedge(.held(remaining: nil))
        #expect(run.words.last == "beside: send gamma")
        #expect(run.exchange.deadline == at(1_005))
        run.onHedge(.failed(UpstreamFailure(.reset, detail: "")))
        // There is no fourth.
        #expect(run.words.suffix(2) == ["beside: cancel", "tell failed"])
        run.on(.ended)
        run.on(.settled(remaining: nil))
        #expect(run.holds.map(\.target) == [alpha, beta, gamma])
        run.expectNothingLeaks(granted: 3)
    }

    @Test("when the second fails and no more may be started, the first goes on, and what follows is the third")
    func secondFailsLast() {
        let hedging = Hedging(firstTokenWithin: Self.within, share: 1)
        for _ in 0..<99 { #expect(hedging.spend()) }
        var run = Run(
            three, demand: Demand(inputBound: 100, inputEstimate: 40, outputLimit: 50, streams: true),
            attemptTimeout: .seconds(5), hedging: hedging)
        run.send()
        run.late(by: 0)
        run.onHedge(.held(remaining: nil))
        run.onHedge(.failed(UpstreamFailure(.reset, detail: "")))
        #expect(run.words.suffix(2) == ["beside: cancel", "tell failed"])
        #expect(run.exchange.deadline == at(1_005))
        run.on(.failed(UpstreamFailure(.reset, detail: "")))
        run.on(.held(remaining: nil))
        run.on(.ended)
        run.on(.settled(remaining: nil))
        #expect(run.holds.map(\.target) == [alpha, beta, gamma])
        run.expectNothingLeaks(granted: 3)
    }

    @Test("a target without room is not the second, and one that has room comes in its place")
    func secondHasNoRoom() {
        let one = ProviderLimits(shared: [RateLimit(.concurrency, 1)])
        let candidates = [candidate(alpha), candidate(beta, limits: one), candidate(gamma)]
        let headroom = HeadroomBoard()
        var other = Self.run([candidates[1]], headroom: headroom)
        other.send()
        var run = Self.run(candidates, headroom: headroom)
        run.send()
        run.late(by: 0)
        #expect(run.words.last == "beside: hold gamma")
        other.on(.ended)
        var next = Self.run(candidates, headroom: headroom)
        next.send()
        next.late(by: 0)
        #expect(next.words.last == "beside: hold beta")
    }

    @Test("a kept connection that was closed has the second go out again, once")
    func stale() {
        var run = Self.racing()
        run.onHedge(.failed(UpstreamFailure(.stale, detail: "")))
        #expect(run.words.last == "beside: send beta")
        run.onHedge(.failed(UpstreamFailure(.stale, detail: "")))
        #expect(run.words.suffix(3) == ["beside: cancel", "tell failed", "beside: hold gamma"])
        #expect(run.entries.map(\.cost) == [.zero])
    }

    @Test("an error that is the request's own fault is the answer, whoever gives it first of all")
    func callersFault() {
        var run = Self.racing()
        run.on(.failed(UpstreamFailure(.status, status: 400, detail: "")))
        run.on(.settled(remaining: nil))
        #expect(run.words.suffix(4) == ["beside: cancel", "tell overtaken", "settle failed", "forward error"])
        run.expectNothingLeaks(granted: 2)
    }

    @Test("each has the time of an attempt")
    func timeouts() {
        var run = Self.racing()
        run.now = at(1_005)
        run.on(.deadlinePassed)
        #expect(run.words.suffix(4) == ["cancel", "tell failed", "take over", "wake"])
        #expect(run.exchange.deadline == at(1_005))
        run.late(by: 4_500)
        run.onHedge(.denied(denial(spent: 900)))
        run.now = at(1_006)
        run.on(.deadlinePassed)
        #expect(run.words.suffix(3) == ["cancel", "tell failed", "hold gamma"])
        #expect(run.entries.map(\.outcome) == [.failed, .failed])
    }

    @Test("where the clock is set back the second one's time may be over first")
    func secondTimesOut() {
        var run = Self.run()
        run.send()
        run.late(by: 0)
        run.now = at(990)
        run.onHedge(.held(remaining: nil))
        #expect(run.exchange.deadline == at(995))
        run.now = at(995)
        run.on(.deadlinePassed)
        #expect(run.words.suffix(2) == ["beside: cancel", "tell failed"])
        #expect(run.entries.map(\.target) == [beta])
        #expect(run.exchange.deadline == at(1_005))
    }

    @Test("a hold that may have ended meanwhile is not sent on")
    func holdEnded() {
        var run = Self.run()
        run.send()
        run.late(by: 0)
        run.now = run.holds[1].expiresAt
        run.onHedge(.held(remaining: nil))
        #expect(run.words.last == "tell aborted")
        #expect(run.entries.map(\.cost) == [.zero])
    }

    @Test("whoever leaves leaves both, and both are settled", arguments: [true, false])
    func callerLeaves(isLate: Bool) {
        var run = Self.run(timeout: .seconds(2))
        run.send()
        run.late(by: 0)
        run.onHedge(.held(remaining: nil))
        run.now = at(1_002)
        run.on(isLate ? .deadlinePassed : .clientGone)
        run.on(.settled(remaining: nil))
        #expect(run.words.last == (isLate ? "refuse upstream_timeout" : "abandon"))
        #expect(run.entries.map(\.target) == (isLate ? [beta, alpha] : [beta, alpha]))
        #expect(run.entries.map(\.outcome) == [.aborted, isLate ? .failed : .aborted])
        #expect(run.entries.map(\.cost) == [nano(40), nano(40)])
        run.expectNothingLeaks(granted: 2)
    }

    @Test(
        "a whole answer that its provider finishes anyway is read on for its count, and is in the ledger as overtaken")
    func wholeAnswers() {
        var run = Self.racing(streams: false)
        run.onHedge(.content(bytes: 0, pieces: 0))
        #expect(run.words.suffix(2) == ["read on", "take over"])
        #expect(!run.exchange.isDone)
        run.on(.content(bytes: 40, pieces: 0))
        run.on(.usage(Usage(input: 30, output: 10), reportedCost: nil))
        run.on(.ended)
        run.on(.settled(remaining: nil))
        run.onLate(.usage(Usage(input: 33, output: 8), reportedCost: nil))
        run.onLate(.ended)
        #expect(run.entries.map(\.outcome) == [.completed, .overtaken])
        #expect(run.entries.map(\.cost) == [nano(50), nano(49)])
        #expect(run.entries.map(\.estimated) == [false, false])
        run.expectNothingLeaks(granted: 2)
    }

    @Test("of a whole answer the second is read on likewise")
    func wholeSecond() {
        var run = Self.racing(streams: false)
        run.on(.content(bytes: 0, pieces: 0))
        #expect(run.words.last == "beside: read on")
        run.onLate(.ended)
        #expect(run.entries.map(\.outcome) == [.overtaken])
        #expect(run.entries.map(\.target) == [beta])
    }

    @Test("what waits for a connection when it is overtaken is not sent and costs nothing, and may leave otherwise")
    func notLeft() {
        var run = Self.racing()
        run.on(.notLeft)
        run.onHedge(.answering(status: 200))
        var other = Self.racing()
        other.on(.notLeft)
        other.onHedge(.content(bytes: 1, pieces: 1))
        #expect(other.entries.map(\.cost) == [.zero])
        // It has left since.
        run.onHedge(.content(bytes: 1, pieces: 1))
        #expect(run.entries.map(\.cost) == [nano(40)])
        var second = Self.racing()
        second.onHedge(.notLeft)
        second.on(.content(bytes: 1, pieces: 1))
        #expect(second.entries.map(\.cost) == [.zero])
    }

    @Test("the caller's own cap covers both, or there is no second")
    func cap() {
        let one = plainBound(input: 100, output: 50)
        var run = Self.run(maxCost: one + one)
        run.send()
        run.late(by: 0)
        #expect(run.words.last == "beside: hold beta")
        var tight = Self.run(maxCost: one + one - nano(1))
        tight.send()
        tight.late(by: 0)
        #expect(tight.words == ["hold alpha", "send alpha", "wake"])
        #expect(tight.exchange.deadline == at(1_005))
    }

    @Test("a share of the attempts may have another beside them, after a hundred that may at once")
    func share() {
        let hedging = Hedging(firstTokenWithin: Self.within, share: 1_000)
        for _ in 0..<100 { #expect(hedging.spend()) }
        #expect(!hedging.spend())
        for _ in 0..<9 { hedging.earn() }
        #expect(!hedging.spend())
        hedging.earn()
        #expect(hedging.spend())
        #expect(!hedging.spend())
        for _ in 0..<5_000 { hedging.earn() }
        for _ in 0..<100 { #expect(hedging.spend()) }
        #expect(!hedging.spend())
        #expect(!Hedging(firstTokenWithin: Self.within, share: 0).spend())
    }

    @Test("without a share there is no second")
    func noShare() {
        var run = Self.run(share: 0)
        run.send()
        run.late(by: 0)
        #expect(run.words == ["hold alpha", "send alpha", "wake"])
        run.on(.content(bytes: 1, pieces: 1))
        #expect(run.words.last == "begin")
    }

    @Test("a target that is not doing well is not the second, and one that is comes in its place")
    func unreliable() {
        let board = HealthBoard()
        for _ in 0..<2 { board.failed(beta, UpstreamFailure(.reset, detail: ""), at: at(999)) }
        let run = Self.racing(health: board)
        #expect(run.words.suffix(2) == ["beside: hold gamma", "beside: send gamma"])
        for _ in 0..<2 { board.failed(gamma, UpstreamFailure(.reset, detail: ""), at: at(999)) }
        #expect(Self.racing(health: board).words.last == "wake")
    }

    @Test("what asks to be left alone while its hold is on its way is not started beside another")
    func leftAlone() {
        let board = HealthBoard()
        var wait = UpstreamFailure(.status, status: 429, detail: "")
        wait.retryAfter = .seconds(60)
        var run = Self.run(health: board)
        run.send()
        run.late(by: 0)
        board.failed(beta, wait, at: run.now)
        run.onHedge(.held(remaining: nil))
        #expect(run.words.suffix(2) == ["beside: hold beta", "tell aborted"])
        #expect(run.entries.map(\.cost) == [.zero])
        // Nor does it go out again where its connection was closed.
        var sent = Self.racing([candidate(alpha), candidate(gamma), candidate(beta)], health: board)
        board.failed(gamma, wait, at: sent.now)
        sent.onHedge(.failed(UpstreamFailure(.stale, detail: "")))
        #expect(sent.words.suffix(2) == ["beside: cancel", "tell failed"])
    }

    @Test("what is overtaken time and again goes behind the others, and what is so now and then keeps its share")
    func health() {
        var always = TargetHealth()
        var sometimes = TargetHealth()
        for count in 1...TargetHealth.failuresToOpen {
            #expect(always.standing(at: at(1_000)) == .open)
            always.overtaken(at: at(1_000))
            sometimes.overtaken(at: at(1_000))
            if count % 2 == 0 { sometimes.answered() }
        }
        #expect(always.standing(at: at(1_000)) == .last)
        #expect(always.halvings(at: at(1_000)) == 0)
        #expect(sometimes.standing(at: at(1_000)) == .open)
        #expect(sometimes.halvings(at: at(1_000)) == 0)
        let step = TargetHealth.recoveryStep
        #expect(!sometimes.isSound(at: at(1_000) + Milliseconds(step.count - 1)))
        #expect(sometimes.isSound(at: at(1_000) + step))
    }

    @Test("an exchange tells the board whom it has overtaken")
    func told() {
        let board = HealthBoard()
        for _ in 0..<TargetHealth.failuresToOpen {
            var run = Self.racing(health: board)
            run.onHedge(.content(bytes: 1, pieces: 1))
        }
        #expect(board.health(of: [alpha])[alpha]?.standing(at: at(1_000)) == .last)
        #expect(board.health(of: [beta]).isEmpty)
    }

    @Test("an answer that was late, and that nothing was there to overtake, does not say that its target does well")
    func lateAlone() {
        let board = HealthBoard()
        for _ in 1..<TargetHealth.failuresToOpen { board.overtaken(alpha, at: at(1_000)) }
        var late = Self.run(share: 0, health: board)
        late.send()
        late.late(by: 1)
        late.on(.content(bytes: 1, pieces: 1))
        late.on(.ended)
        board.overtaken(alpha, at: at(1_000))
        #expect(board.health(of: [alpha])[alpha]?.standing(at: at(1_000)) == .last)
    }

    @Test(
        "one that is in time, or late and still faster than the one beside it, says so",
        arguments: [true, false])
    func wins(isInTime: Bool) {
        let board = HealthBoard()
        for _ in 1..<TargetHealth.failuresToOpen { board.overtaken(alpha, at: at(1_000)) }
        var run = isInTime ? Self.run(health: board) : Self.racing(health: board)
        if isInTime { run.send() }
        run.on(.content(bytes: 1, pieces: 1))
        run.on(.ended)
        board.overtaken(alpha, at: at(1_000))
        #expect(board.health(of: [alpha])[alpha]?.standing(at: at(1_000)) == .open)
    }

    @Test("a limit that a budget has lowered is the second one's as well")
    func clamped() {
        let budget = BudgetRule(
            name: "all", scope: [:], limit: nano(1_000), period: .total, actions: [.clamp])
        var run = Self.run(budgets: [budget])
        run.on(.begin)
        run.on(
            .denied(
                BudgetDenial(
                    claim: budget.claim(by: BudgetSubject(key: "k", target: alpha), at: at(0))!,
                    balance: Balance(spent: nano(850), held: .zero), needed: nano(212))))
        run.on(.held(remaining: nil))
        let limit = run.log.compactMap(\.attempt).last?.outputLimit
        #expect(limit.map { $0 < 50 } == true)
        run.late(by: 0)
        #expect(run.log.compactMap(\.asked).last?.outputLimit == limit)
    }
}
