import Testing

@testable import TuppenceCore

@Suite("What follows when one of two attempts fails")
struct HedgeFailureTests {
    @Test("when the first fails the second goes on alone, and nothing more is asked for")
    func firstFails() {
        var run = Run.racing()
        run.on(.failed(UpstreamFailure(.status, status: 503, detail: "")))
        #expect(run.words.suffix(3) == ["tell failed", "take over", "wake"])
        run.on(.content(bytes: 4, pieces: 1))
        run.on(.ended)
        run.on(.settled(remaining: nil))
        #expect(run.words.suffix(3) == ["begin", "settle completed", "finish"])
        run.expectNothingLeaks(granted: 2)
    }

    @Test("what is too long for the first cuts off no second: its refusal would cost nothing, and it may answer")
    func tooLong() {
        for contexts in [[1_000, 1_000, 1_000], [nil, nil, nil]] as [[Int?]] {
            let targets = zip([alpha, beta, gamma], contexts).map { candidate($0, context: $1) }
            var run = Run.racing(targets)
            var failure = UpstreamFailure(.status, status: 400, detail: "")
            failure.isTooLong = true
            run.on(.failed(failure))
            #expect(run.words.suffix(2) == ["tell failed", "take over"], "the third is as short, and is not asked")
            run.on(.content(bytes: 4, pieces: 1))
            run.on(.ended)
            run.on(.settled(remaining: nil))
            #expect(run.words.suffix(3) == ["begin", "settle completed", "finish"])
            run.expectNothingLeaks(granted: 2)
        }
    }

    @Test("when the first fails before the second has its hold, it is waited for like any other")
    func firstFailsEarly() {
        var run = Run.hedged()
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
        var run = Run.racing()
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
        var run = Run.racing()
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
        let hedging = Hedging(firstTokenWithin: hedgeWithin, share: 1)
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

    @Test("a kept connection that was closed has the second go out again, once")
    func stale() throws {
        var run = Run.racing()
        run.onHedge(.failed(UpstreamFailure(.stale, detail: "")))
        #expect(run.words.last == "beside: send beta")
        let (first, second) = (try #require(run.exchange.attempt), try #require(run.log.compactMap(\.asked).last))
        #expect(!run.exchange.isResent(first) && run.exchange.isResent(second))
        run.onHedge(.failed(UpstreamFailure(.stale, detail: "")))
        #expect(run.words.suffix(3) == ["beside: cancel", "tell failed", "beside: hold gamma"])
        #expect(run.entries.map(\.cost) == [.zero])
    }

    @Test("each has the time of an attempt")
    func timeouts() {
        var run = Run.racing()
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
        var run = Run.hedged()
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
}
