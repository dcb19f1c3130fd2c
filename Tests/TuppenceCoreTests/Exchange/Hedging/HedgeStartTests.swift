import Testing

@testable import TuppenceCore

@Suite("When another attempt is started beside one")
struct HedgeStartTests {
    @Test("what is silent for too long gets another beside it, on a hold of its own, and not a millisecond earlier")
    func begins() {
        var run = Run.hedged()
        run.send()
        #expect(run.words == ["hold alpha", "send alpha", "wake"])
        #expect(run.exchange.deadline == at(1_000) + hedgeWithin)
        run.late(by: -1)
        #expect(run.words.count == 3)
        run.late(by: 0)
        run.onHedge(.held(remaining: nil))
        #expect(run.words.suffix(2) == ["beside: hold beta", "beside: send beta"])
        #expect(run.holds.map(\.attempt.number) == [1, 2])
        #expect(run.holds[1].amount == plainBound(input: 100, output: 50))
        #expect(run.exchange.attempts == 2)
    }

    @Test("nothing is started once there is content, nor where there is no other target")
    func notNeeded() {
        var run = Run.hedged()
        run.send()
        run.on(.content(bytes: 4, pieces: 1))
        #expect(run.exchange.deadline > at(1_000) + hedgeWithin)
        run.late(by: 0)
        #expect(run.words.last == "begin")
        var alone = Run.hedged([candidate(alpha)])
        alone.send()
        #expect(alone.words == ["hold alpha", "send alpha"])
        #expect(alone.exchange.deadline == at(1_005))
        var patient = Run(three)
        patient.send()
        #expect(patient.words == ["hold alpha", "send alpha"])
    }

    @Test("the caller's own cap covers both, or there is no second")
    func cap() {
        let one = plainBound(input: 100, output: 50)
        var run = Run.hedged(maxCost: one + one)
        run.send()
        run.late(by: 0)
        #expect(run.words.last == "beside: hold beta")
        var tight = Run.hedged(maxCost: one + one - nano(1))
        tight.send()
        tight.late(by: 0)
        #expect(tight.words == ["hold alpha", "send alpha", "wake"])
        #expect(tight.exchange.deadline == at(1_005))
    }

    @Test("a share of the attempts may have another beside them, after a hundred that may at once")
    func share() {
        let hedging = Hedging(firstTokenWithin: hedgeWithin, share: 1_000)
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
        #expect(!Hedging(firstTokenWithin: hedgeWithin, share: 0).spend())
    }

    @Test("a reload leaves what may be started as it was, on the route and in its arms")
    func reload() {
        func policy(_ route: Hedging, _ arm: Hedging) -> Policy {
            let other = Route(name: "r", choices: [.init(candidate: candidate(beta))], hedging: arm)
            let experiment = Experiment(
                name: "trial", sticky: .none, arms: [("arm", Share(partsPerMillion: 100_000), other)])
            return Policy(
                routes: [
                    "r": Route(
                        name: "r", choices: [.init(candidate: candidate(alpha))], hedging: route,
                        experiment: experiment)
                ], providers: [], prices: PriceBook())
        }
        func hedging() -> Hedging { Hedging(firstTokenWithin: hedgeWithin, share: 1_000) }
        let (old, oldArm, new, newArm) = (hedging(), hedging(), hedging(), hedging())
        for _ in 0..<100 { #expect(old.spend()) }
        for _ in 0..<99 { #expect(oldArm.spend()) }
        policy(new, newArm).remember(policy(old, oldArm))
        #expect(!new.spend())
        #expect(newArm.spend() && !newArm.spend())
        // What is under way since before draws on the same.
        for _ in 0..<10 { new.earn() }
        #expect(old.spend() && !new.spend())
    }

    @Test("without a share there is no second")
    func noShare() {
        var run = Run.hedged(share: 0)
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
        let run = Run.racing(health: board)
        #expect(run.words.suffix(2) == ["beside: hold gamma", "beside: send gamma"])
        for _ in 0..<2 { board.failed(gamma, UpstreamFailure(.reset, detail: ""), at: at(999)) }
        #expect(Run.racing(health: board).words.last == "wake")
    }

    @Test("what asks to be left alone while its hold is on its way is not started beside another")
    func leftAlone() {
        let board = HealthBoard()
        var wait = UpstreamFailure(.status, status: 429, detail: "")
        wait.retryAfter = .seconds(60)
        var run = Run.hedged(health: board)
        run.send()
        run.late(by: 0)
        board.failed(beta, wait, at: run.now)
        run.onHedge(.held(remaining: nil))
        #expect(run.words.suffix(2) == ["beside: hold beta", "tell aborted"])
        #expect(run.entries.map(\.cost) == [.zero])
        // Nor does it go out again where its connection was closed.
        var sent = Run.racing([candidate(alpha), candidate(gamma), candidate(beta)], health: board)
        board.failed(gamma, wait, at: sent.now)
        sent.onHedge(.failed(UpstreamFailure(.stale, detail: "")))
        #expect(sent.words.suffix(2) == ["beside: cancel", "tell failed"])
    }

    @Test("a target without room is not the second, and one that has room comes in its place")
    func secondHasNoRoom() {
        let one = ProviderLimits(shared: [RateLimit(.concurrency, 1)])
        let candidates = [candidate(alpha), candidate(beta, limits: one), candidate(gamma)]
        let headroom = HeadroomBoard()
        var other = Run.hedged([candidates[1]], headroom: headroom)
        other.send()
        var run = Run.hedged(candidates, headroom: headroom)
        run.send()
        run.late(by: 0)
        #expect(run.words.last == "beside: hold gamma")
        other.on(.ended)
        var next = Run.hedged(candidates, headroom: headroom)
        next.send()
        next.late(by: 0)
        #expect(next.words.last == "beside: hold beta")
    }
}
