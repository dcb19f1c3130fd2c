import Testing

@testable import TuppenceCore

@Suite("Of two attempts beside each other, which is the answer")
struct HedgeRaceTests {
    @Test("whichever brings content first is the answer; the other is stopped and settled at no less than it may cost")
    func overtaken() {
        var run = Run.racing()
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
        var run = Run.racing()
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
        var run = Run.racing()
        if isHedge { run.onHedge(.ended) } else { run.on(.ended) }
        run.on(.settled(remaining: nil))
        #expect(run.words.last == "finish")
        #expect(run.entries.map(\.outcome).contains(.overtaken))
        run.expectNothingLeaks(granted: 2)
    }

    @Test("an error that is the request's own fault is the answer, whoever gives it first of all")
    func callersFault() {
        var run = Run.racing()
        run.on(.failed(UpstreamFailure(.status, status: 400, detail: "")))
        run.on(.settled(remaining: nil))
        #expect(run.words.suffix(4) == ["beside: cancel", "tell overtaken", "settle failed", "forward error"])
        run.expectNothingLeaks(granted: 2)
    }

    @Test(
        "a whole answer that its provider finishes anyway is read on for its count, and is in the ledger as overtaken")
    func wholeAnswers() {
        var run = Run.racing(streams: false)
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
        var run = Run.racing(streams: false)
        run.on(.content(bytes: 0, pieces: 0))
        #expect(run.words.last == "beside: read on")
        run.onLate(.ended)
        #expect(run.entries.map(\.outcome) == [.overtaken])
        #expect(run.entries.map(\.target) == [beta])
    }

    @Test("what waits for a connection when it is overtaken is not sent and costs nothing, and may leave otherwise")
    func notLeft() {
        var run = Run.racing()
        run.on(.notLeft)
        run.onHedge(.answering(status: 200))
        var other = Run.racing()
        other.on(.notLeft)
        other.onHedge(.content(bytes: 1, pieces: 1))
        #expect(other.entries.map(\.cost) == [.zero])
        // It has left since.
        run.onHedge(.content(bytes: 1, pieces: 1))
        #expect(run.entries.map(\.cost) == [nano(40)])
        var second = Run.racing()
        second.onHedge(.notLeft)
        second.on(.content(bytes: 1, pieces: 1))
        #expect(second.entries.map(\.cost) == [.zero])
    }

    @Test("whoever leaves leaves both, and both are settled", arguments: [true, false])
    func callerLeaves(isLate: Bool) {
        var run = Run.hedged(timeout: .seconds(2))
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
}
