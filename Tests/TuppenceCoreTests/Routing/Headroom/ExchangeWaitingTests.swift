import Testing

@testable import TuppenceCore

/// Where requests wait for room.
extension ExchangeHeadroomTests {
    @Test("what waits for tokens that others give back waits, however long their minute has still to go")
    func waitsForTokens() {
        // About 40 in and 50 out.
        let limit = RateLimit(.tokensPerMinute, 150)
        var first = run([limited(alpha, limit)])
        first.send()
        var second = run([limited(alpha, limit)], queue: queue(within: 5))
        second.on(.begin)
        #expect(second.words == [])
        first.on(.usage(Usage(input: 40, output: 10), reportedCost: nil))
        first.on(.ended)
        second.on(.deadlinePassed, after: 1)
        #expect(second.words == ["hold alpha"])
    }

    @Test("a request waits for room, with nothing held, and goes as soon as there is some") func waits() {
        var first = run([limited(alpha, oneAtATime)])
        first.send()
        var second = run([limited(alpha, oneAtATime)], queue: queue())
        second.on(.begin)
        #expect(second.words == [])
        #expect(board.waiting == 1)
        second.on(.deadlinePassed, after: 1)
        #expect(second.words == [])
        first.on(.ended)
        second.on(.deadlinePassed, after: 1)
        #expect(second.words == ["hold alpha"])
        #expect(board.waiting == 0)
        second.on(.held(remaining: nil))
        second.on(.ended)
        second.on(.settled(remaining: nil))
        second.expectNothingLeaks(granted: 1)
    }

    @Test("it looks soon, and not before its time") func looks() {
        var first = run([limited(alpha, oneAtATime)])
        first.send()
        var second = run([limited(alpha, oneAtATime)], queue: queue())
        second.on(.begin)
        #expect(second.exchange.deadline == second.now + Milliseconds(20))
        first.on(.ended)
        second.on(.deadlinePassed)
        #expect(second.words == [])
    }

    @Test("when its time is over it is refused", arguments: [(4_999, false), (5_000, true)] as [(Int64, Bool)])
    func overdue(waited: Int64, isOver: Bool) {
        var first = run([limited(alpha, oneAtATime)])
        first.send()
        var second = run([limited(alpha, oneAtATime)], queue: queue(within: 5))
        second.on(.begin)
        second.now = second.now + Milliseconds(waited)
        second.on(.deadlinePassed)
        #expect(second.words == (isOver ? ["refuse rate_limited"] : []))
        #expect(board.waiting == (isOver ? 0 : 1))
    }

    @Test("what has no room in time is refused at once, and so is what finds the line full") func noUse() {
        let minute = RateLimit(.requestsPerMinute, 1)
        var first = run([limited(alpha, minute)])
        first.send()
        var late = run([limited(alpha, minute)], queue: queue(within: 60))
        late.on(.begin)
        #expect(late.words == ["refuse rate_limited"])
        var holder = run([limited(beta, oneAtATime)])
        holder.send()
        var waiting = run([limited(beta, oneAtATime)], queue: queue(length: 1))
        waiting.on(.begin)
        var refused = run([limited(beta, oneAtATime)], queue: queue(length: 1))
        refused.on(.begin)
        #expect(refused.words == ["refuse rate_limited"])
        #expect(waiting.words == [])
    }

    @Test("the caller's own time ends the wait") func callersTime() {
        var first = run([limited(alpha, oneAtATime)])
        first.send()
        var second = run([limited(alpha, oneAtATime)], queue: queue(within: 5), timeout: .seconds(2))
        second.on(.begin)
        second.on(.deadlinePassed, after: 2)
        #expect(second.words == ["refuse rate_limited"])
    }

    @Test("a caller who leaves is in nobody's way") func leaves() {
        var first = run([limited(alpha, oneAtATime)])
        first.send()
        var second = run([limited(alpha, oneAtATime)], queue: queue())
        second.on(.begin)
        second.on(.clientGone)
        #expect(second.words == ["abandon"])
        second.expectNothingLeaks(granted: 0)
        #expect(board.waiting == 0)
    }

    @Test("who waits has what failed before in mind: there may be room where nothing has failed") func afterFailure() {
        var holder = run([limited(beta, oneAtATime)])
        holder.send()
        var run = run([candidate(alpha), limited(beta, oneAtATime)], queue: queue())
        run.send()
        run.on(.failed(UpstreamFailure(.status, status: 500, detail: "")))
        #expect(run.words.last == "tell failed")
        holder.on(.ended)
        run.on(.deadlinePassed, after: 1)
        #expect(run.words.last == "hold beta")
        var other = self.run([candidate(alpha), limited(beta, oneAtATime)], queue: queue())
        other.send()
        other.on(.failed(UpstreamFailure(.status, status: 500, detail: "")))
        other.on(.deadlinePassed, after: 5)
        #expect(other.words.last == "forward error")
    }

    @Test("targets that have asked for a short pause are waited for") func cooling() {
        let health = HealthBoard()
        var busy = UpstreamFailure(.status, status: 429, detail: "")
        busy.retryAfter = .seconds(2)
        for target in [alpha, beta] { health.failed(target, busy, at: at(1_000)) }
        var run = run([candidate(alpha), candidate(beta)], queue: queue(), health: health)
        run.on(.begin)
        #expect(run.words == [])
        #expect(board.waiting == 1)
        run.on(.deadlinePassed, after: 2)
        #expect(run.words == ["hold alpha"])
        // Though no limit counts there, its place in the line is another's now.
        #expect(board.waiting == 0)
    }

    @Test("batch requests leave the last share, and wait behind the others") func batch() {
        let five = RateLimit(.concurrency, 5)
        let candidates = [limited(alpha, five)]
        var running = (0..<4).map { _ in run(candidates, priority: .batch) }
        for index in running.indices { running[index].send() }
        var batch = run(candidates, queue: queue(), priority: .batch)
        batch.on(.begin)
        #expect(batch.words == [])
        var interactive = run(candidates, queue: queue())
        interactive.send()
        #expect(interactive.words == ["hold alpha", "send alpha"])
        running[0].on(.ended)
        batch.on(.deadlinePassed, after: 1)
        #expect(batch.words == [], "four and one more are under way, or were")
        interactive.on(.ended)
        batch.on(.deadlinePassed, after: 1)
        #expect(batch.words == ["hold alpha"])
    }
}
